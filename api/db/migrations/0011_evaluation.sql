-- What happened to each case, folded from its timeline: one row a case, each tally 0 or 1 (or a count, or seconds).
create table case_facts (
  town_id int not null,
  incident_id int not null,
  -- The hour of the report, by the town's clock.
  hour timestamptz not null,
  path int[] not null,
  class_code text not null,
  source text not null,
  -- 0: none.
  unit_id int not null,
  officer_id int not null,
  state text not null,
  cases smallint not null,
  valid smallint not null,
  filed smallint not null,
  filed_valid smallint not null,
  filed_on_time smallint not null,
  filed_voided smallint not null,
  dispatched smallint not null,
  dispatched_on_time smallint not null,
  due_handle smallint not null,
  handled smallint not null,
  handled_on_time smallint not null,
  overdue_handle smallint not null,
  due_close smallint not null,
  closed smallint not null,
  closed_on_time smallint not null,
  checked smallint not null,
  checked_on_time smallint not null,
  still_open smallint not null,
  reworks smallint not null,
  reworked smallint not null,
  reworked_due smallint not null,
  reworked_dispatched smallint not null,
  returned smallint not null,
  extended smallint not null,
  suspended smallint not null,
  held_handle smallint not null,
  held_close smallint not null,
  supervised smallint not null,
  escalated smallint not null,
  found smallint not null,
  rated smallint not null,
  satisfied smallint not null,
  recurred smallint not null,
  responses smallint not null,
  response_seconds int not null,
  handles smallint not null,
  handle_seconds int not null,
  totals smallint not null,
  total_seconds int not null,
  -- All that is no time as one number, for the cube in memory (cube-counter.ts; a test compares them).
  mark bigint not null generated always as (
    valid::bigint * 1 + filed::bigint * 2 + filed_valid::bigint * 4 + filed_on_time::bigint * 8 +
    filed_voided::bigint * 16 + dispatched::bigint * 32 + dispatched_on_time::bigint * 64 + due_handle::bigint * 128 +
    handled::bigint * 256 + handled_on_time::bigint * 512 + overdue_handle::bigint * 1024 + due_close::bigint * 2048 +
    closed::bigint * 4096 + closed_on_time::bigint * 8192 + checked::bigint * 16384 + checked_on_time::bigint * 32768 +
    still_open::bigint * 65536 + reworked::bigint * 131072 + reworked_due::bigint * 262144 + reworked_dispatched::bigint * 524288 +
    returned::bigint * 1048576 + extended::bigint * 2097152 + suspended::bigint * 4194304 + held_handle::bigint * 8388608 +
    held_close::bigint * 16777216 + supervised::bigint * 33554432 + escalated::bigint * 67108864 + found::bigint * 134217728 +
    rated::bigint * 268435456 + satisfied::bigint * 536870912 + recurred::bigint * 1073741824 + responses::bigint * 2147483648 +
    handles::bigint * 4294967296 + totals::bigint * 8589934592 +
    reworks::bigint * 17179869184
  ) stored,
  -- The transaction that wrote the row, so that what is new is found again.
  folded xid8 not null default pg_current_xact_id(),
  primary key (town_id, incident_id),
  foreign key (town_id, incident_id) references incidents (town_id, id) on delete cascade
);
create index case_facts_hour on case_facts (hour, incident_id);
create index case_facts_folded on case_facts (folded);

-- Cases whose facts are gone, for whoever keeps them in memory; kept for a month.
create table case_facts_gone (
  incident_id int not null,
  folded xid8 not null default pg_current_xact_id(),
  at timestamptz not null default now()
);
create index case_facts_gone_folded on case_facts_gone (folded);

-- The same summed up: grid × class × source × squad × state × hour.
create table case_hours (
  town_id int not null,
  hour timestamptz not null,
  path int[] not null,
  class_code text not null,
  source text not null,
  unit_id int not null,
  state text not null,
  cases bigint not null,
  valid bigint not null,
  filed bigint not null,
  filed_valid bigint not null,
  filed_on_time bigint not null,
  filed_voided bigint not null,
  dispatched bigint not null,
  dispatched_on_time bigint not null,
  due_handle bigint not null,
  handled bigint not null,
  handled_on_time bigint not null,
  overdue_handle bigint not null,
  due_close bigint not null,
  closed bigint not null,
  closed_on_time bigint not null,
  checked bigint not null,
  checked_on_time bigint not null,
  still_open bigint not null,
  reworks bigint not null,
  reworked bigint not null,
  reworked_due bigint not null,
  reworked_dispatched bigint not null,
  returned bigint not null,
  extended bigint not null,
  suspended bigint not null,
  held_handle bigint not null,
  held_close bigint not null,
  supervised bigint not null,
  escalated bigint not null,
  found bigint not null,
  rated bigint not null,
  satisfied bigint not null,
  recurred bigint not null,
  responses bigint not null,
  response_seconds bigint not null,
  handles bigint not null,
  handle_seconds bigint not null,
  totals bigint not null,
  total_seconds bigint not null,
  primary key (town_id, hour, path, class_code, source, unit_id, state)
);

-- How far the timeline was folded.
create table evaluation_head (
  single boolean primary key default true check (single),
  seq bigint not null
);
insert into evaluation_head (seq) values (0);

-- The sums follow the facts in the statement that changes these, whatever changes them: what was is taken off, what is is added.
create function sum_case_facts() returns trigger language plpgsql as $$
declare
  names text[] := array['cases', 'valid', 'filed', 'filed_valid', 'filed_on_time', 'filed_voided', 'dispatched', 'dispatched_on_time', 'due_handle',
    'handled', 'handled_on_time', 'overdue_handle', 'due_close', 'closed', 'closed_on_time', 'checked', 'checked_on_time', 'still_open',
    'reworks', 'reworked', 'reworked_due', 'reworked_dispatched', 'returned', 'extended', 'suspended', 'held_handle', 'held_close', 'supervised', 'escalated', 'found', 'rated',
    'satisfied', 'recurred', 'responses', 'response_seconds', 'handles', 'handle_seconds', 'totals', 'total_seconds'];
  keys text := 'town_id, hour, path, class_code, source, unit_id, state';
  columns text := array_to_string(names, ', ');
  changes text := case tg_op
    when 'INSERT' then 'select 1 as sign, * from new_facts'
    when 'DELETE' then 'select -1 as sign, * from old_facts'
    else 'select 1 as sign, * from new_facts union all select -1, * from old_facts' end;
begin
  execute format(
    'insert into case_hours (%1$s, %2$s) select %1$s, %3$s from (%4$s) f group by %1$s having %5$s
     on conflict (%1$s) do update set %6$s',
    keys, columns,
    (select string_agg(format('sum(sign * %I)', name), ', ') from unnest(names) name),
    changes,
    (select string_agg(format('sum(sign * %I) <> 0', name), ' or ') from unnest(names) name),
    (select string_agg(format('%1$I = case_hours.%1$I + excluded.%1$I', name), ', ') from unnest(names) name)
  );
  if tg_op <> 'INSERT' then
    execute format('delete from case_hours h using (select distinct %1$s from old_facts) o
      where (h.town_id, h.hour, h.path, h.class_code, h.source, h.unit_id, h.state)
        = (o.town_id, o.hour, o.path, o.class_code, o.source, o.unit_id, o.state) and h.cases = 0', keys);
  end if;
  return null;
end $$;
create trigger sum_inserted after insert on case_facts
  referencing new table as new_facts for each statement execute function sum_case_facts();
create trigger sum_updated after update on case_facts
  referencing old table as old_facts new table as new_facts for each statement execute function sum_case_facts();
create trigger sum_deleted after delete on case_facts
  referencing old table as old_facts for each statement execute function sum_case_facts();

-- Whatever changes a row says when.
create function mark_case_facts() returns trigger language plpgsql as $$
begin
  new.folded := pg_current_xact_id();
  return new;
end $$;
create trigger folded_now before update on case_facts for each row execute function mark_case_facts();
create function bury_case_facts() returns trigger language plpgsql as $$
begin
  delete from case_facts_gone where at < now() - interval '31 days';
  insert into case_facts_gone (incident_id) select incident_id from old_facts;
  return null;
end $$;
create trigger buried after delete on case_facts
  referencing old table as old_facts for each statement execute function bury_case_facts();

-- A new plan moves cases to other grids without a word in their timelines: their facts, and who may see them, move with them.
create function move_case_facts() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  update case_facts f set path = n.path from new_rows n
  where f.town_id = n.town_id and f.incident_id = n.id and f.path <> n.path;
  return null;
end $$;
create trigger facts_moved after update on incidents
  referencing new table as new_rows for each statement execute function move_case_facts();

alter table case_facts enable row level security;
create policy in_scope on case_facts to xiake_app using (path && (select scope_grids()));
alter table case_hours enable row level security;
create policy in_scope on case_hours to xiake_app using (path && (select scope_grids()));
grant select on case_facts, case_hours to xiake_app;

-- What a measure is to reach, for the town, a grid or a squad.
create table measure_targets (
  town_id int not null references towns (id) on delete cascade,
  measure text not null check (length(measure) between 1 and 40),
  grid_id int references grids (id) on delete cascade,
  unit_id int references units (id) on delete cascade,
  value float8 not null check (value >= 0 and value < 1e9),
  unique nulls not distinct (town_id, measure, grid_id, unit_id),
  check (grid_id is null or unit_id is null)
);
-- Ways of scoring that the town has made, beside the usual ones.
create table score_schemes (
  town_id int not null references towns (id) on delete cascade,
  id int generated always as identity,
  name text not null check (length(name) between 1 and 60),
  rule jsonb not null,
  primary key (town_id, id),
  unique (town_id, name)
);
alter table measure_targets enable row level security;
alter table score_schemes enable row level security;
create policy in_scope on measure_targets to xiake_app using (cardinality((select scope_grids())) > 0);
create policy in_scope on score_schemes to xiake_app using (cardinality((select scope_grids())) > 0);
grant select, insert, update, delete on measure_targets, score_schemes to xiake_app;

-- The post that everybody holds now, or what they are where they hold none. Whoever sees a case is told its handler's post, wherever that is.
create view officer_posts as
select o.id as officer_id, coalesce(p.role, o.kind) as post
from officers o
left join (
  select distinct on (officer_id) officer_id, role from posts
  where valid_from <= now() and (valid_to is null or valid_to > now())
  order by officer_id, valid_from desc, id desc
) p on p.officer_id = o.id;
-- '0': nobody.
create function post_of(officer int) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select post from officer_posts where officer_id = officer), '0')
$$;
revoke all on function post_of from public;
grant execute on function post_of to xiake_app;
-- The department of a squad; '0': none, or not said.
create function department_of(unit int) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select nullif(department, '') from units where id = unit), '0')
$$;
revoke all on function department_of from public;
grant execute on function department_of to xiake_app;
