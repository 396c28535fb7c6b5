-- Who stands where: staffing schemes as data, posts with their time, and a duty calendar that positions obey.

-- A scheme names the posts of a grid and how many of each it should have. Shipped ones are filled in by seeds/reference.
create table staffing_schemes (
  code text primary key,
  name text not null check (name <> ''),
  name_en text not null default '',
  -- [{code, name, nameEn, min, max}]: max null means as many as one likes.
  roles jsonb not null
);
-- Which scheme the grids of a level follow; a level without a row has no posts to fill.
create table staffing_levels (
  level smallint primary key check (level between 1 and 3),
  scheme text not null references staffing_schemes (code)
);

-- A person at a post of a grid, for a time. Ended, never deleted: who answered for a grid last spring must still be known.
create table posts (
  id int generated always as identity primary key,
  grid_id int not null,
  role text not null,
  officer_id int not null references officers (id),
  valid_from timestamptz not null,
  valid_to timestamptz,
  path int[] not null,
  check (valid_to >= valid_from)
);
create index posts_grid on posts (grid_id);
create index posts_officer on posts (officer_id);

-- Planned time on duty. Whoever stands in it may sign on within it only, and is signed off after it.
create table duties (
  id int generated always as identity primary key,
  officer_id int not null references officers (id),
  grid_id int,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  label text not null default '',
  path int[] not null,
  -- A whole day is an hour longer where summer time ends.
  check (ends_at > starts_at and ends_at <= starts_at + interval '26 hours')
);
create index duties_officer on duties (officer_id, starts_at);
create index duties_time on duties (starts_at);

-- Days that are not what their weekday says: holidays, and weekends that are worked instead.
create table calendar_days (
  day date primary key,
  kind text not null check (kind in ('holiday', 'workday')),
  name text not null default ''
);

grant select on staffing_schemes, staffing_levels, posts, duties, calendar_days to xiake_app;
do $$
declare
  scoped text;
begin
  foreach scoped in array array['posts', 'duties']
  loop
    execute format('alter table %I enable row level security', scoped);
    execute format('create policy in_scope on %I to xiake_app using (path && (select scope_grids()))', scoped);
  end loop;
  -- Nobody's secret, but nobody without a scope sees anything at all.
  foreach scoped in array array['staffing_schemes', 'staffing_levels', 'calendar_days']
  loop
    execute format('alter table %I enable row level security', scoped);
    execute format('create policy in_scope on %I to xiake_app using (cardinality((select scope_grids())) > 0)', scoped);
  end loop;
end $$;
