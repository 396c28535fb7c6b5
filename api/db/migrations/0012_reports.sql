-- Briefings: the weekly study, the monthly analysis, the quarter's bulletin, any range.

-- The town's own Word templates; the newest one counts, bytes null: back to the one that is built in.
create table report_templates (
  id int generated always as identity primary key,
  language text not null,
  name text not null,
  bytes bytea,
  sha256 text not null,
  added_at timestamptz not null,
  added_by text not null
);

create table report_schedules (
  id int generated always as identity primary key,
  kind text not null check (kind in ('week', 'month', 'quarter')),
  language text not null,
  -- Of one grid; null: of the whole town.
  grid_id int references grids (id) on delete cascade,
  path int[] not null,
  -- By the town's clock.
  hour int not null check (hour between 0 and 23),
  recipients text[] not null default '{}',
  active boolean not null default true,
  -- The period that was last asked for, and when the next is due.
  last_from date,
  next_at timestamptz
);

-- What was asked for and how far it is. A run leads to one briefing at most, whoever works on it and however often.
create table report_runs (
  id int generated always as identity primary key,
  kind text not null check (kind in ('week', 'month', 'quarter', 'range')),
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  language text not null,
  grid_id int,
  path int[] not null,
  advice text not null default '',
  promises jsonb not null default '[]',
  schedule_id int references report_schedules (id) on delete set null,
  recipients text[] not null default '{}',
  asked_at timestamptz not null,
  asked_by text not null,
  state text not null default 'waiting' check (state in ('waiting', 'working', 'done', 'failed')),
  step text not null default '',
  progress real not null default 0,
  attempts int not null default 0,
  problem text not null default '',
  -- Who works on it says so again and again; who has died leaves it to others.
  held_until timestamptz,
  unique (schedule_id, kind, first_day)
);
create index report_runs_open on report_runs (id) where state in ('waiting', 'working');

create table reports (
  id int generated always as identity primary key,
  run_id int not null unique references report_runs (id),
  kind text not null,
  first_day date not null,
  last_day date not null,
  language text not null,
  grid_id int,
  path int[] not null,
  title text not null,
  made_at timestamptz not null,
  made_by text not null,
  template_id int references report_templates (id),
  -- What the files are drawn from, to the letter; its SHA-256 together with what the data was at that moment.
  content text not null,
  data_seq bigint not null,
  fingerprint text not null
);
create index reports_period on reports (kind, first_day);

create table report_files (
  report_id int not null references reports (id),
  format text not null check (format in ('docx', 'pdf', 'xlsx')),
  sha256 text not null,
  bytes bytea not null,
  primary key (report_id, format)
);

-- What a briefing promised; the next one of its kind and grid looks whether it came true.
create table report_promises (
  id int generated always as identity primary key,
  report_id int not null references reports (id),
  path int[] not null,
  words text not null,
  measure text not null,
  target float8 not null,
  grid_id int,
  unit_id int,
  added_at timestamptz not null,
  added_by text not null
);
create index report_promises_report on report_promises (report_id);

create table report_mails (
  report_id int not null references reports (id),
  recipient text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
  attempts int not null default 0,
  problem text not null default '',
  tried_at timestamptz,
  primary key (report_id, recipient)
);

-- What was issued stays as it is, whoever asks.
create function keep_issued() returns trigger language plpgsql as $$
begin
  raise exception 'what was issued is not changed' using errcode = '23514';
end $$;
create trigger kept before update or delete on reports for each statement execute function keep_issued();
create trigger kept before update or delete on report_files for each statement execute function keep_issued();
create trigger kept before update or delete on report_promises for each statement execute function keep_issued();
create trigger kept before update or delete on report_templates for each statement execute function keep_issued();

grant select on reports, report_files, report_promises, report_runs, report_schedules, report_mails to xiake_app;
do $$
declare scoped text;
begin
  foreach scoped in array array['reports', 'report_promises', 'report_runs', 'report_schedules'] loop
    execute format('alter table %I enable row level security', scoped);
    execute format('create policy in_scope on %I to xiake_app using (path && (select scope_grids()))', scoped);
  end loop;
  foreach scoped in array array['report_files', 'report_mails'] loop
    execute format('alter table %I enable row level security', scoped);
    execute format('create policy in_scope on %I to xiake_app using (exists (select 1 from reports r where r.id = report_id))', scoped);
  end loop;
end $$;
