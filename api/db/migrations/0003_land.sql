-- Land that changes: plans of the grid and their versions, what became of each grid, and imports that can be taken back.

-- A plan is one whole division of the town. `grids` is the plan in force, in the form everything else stands on;
-- here are its drafts, its past and its future. A grid keeps its id through plans as long as it is the same grid.
create table grid_plans (
  id int generated always as identity primary key,
  name text not null check (name <> ''),
  note text not null default '',
  state text not null default 'draft' check (state in ('draft', 'scheduled', 'in-force', 'past', 'withdrawn')),
  based_on int references grid_plans (id),
  revision int not null default 0, -- counts the edits: two editors tell by it that they met
  created_by text not null,
  created_at timestamptz not null default now(),
  published_by text,
  published_at timestamptz,
  effective_at timestamptz,
  ended_at timestamptz,
  check (state not in ('in-force', 'past') or effective_at is not null)
);
create unique index grid_plans_in_force on grid_plans (state) where state = 'in-force';

create table plan_grids (
  plan_id int not null references grid_plans (id) on delete cascade,
  uid int not null, -- within the plan, through all its edits
  grid_id int, -- the grid it is, or becomes at publication
  code text not null,
  name text not null,
  level smallint not null check (level between 1 and 3),
  parent_uid int, -- null: the town
  leader_name text,
  households int not null default 0 check (households >= 0),
  attributes jsonb not null default '{}',
  geom geometry(MultiPolygon, 4326) not null,
  area_km2 float8 not null default 0,
  origins int[] not null default '{}', -- ids of the grids it was split or merged from
  primary key (plan_id, uid)
);
create index plan_grids_geom on plan_grids using gist (geom);
create index plan_grids_grid on plan_grids (grid_id);

-- Each edit with the rows before and after it: undo and redo swap them.
create table plan_edits (
  plan_id int not null references grid_plans (id) on delete cascade,
  number int not null,
  operation jsonb not null,
  summary jsonb not null,
  before jsonb not null,
  after jsonb not null,
  actor_name text not null,
  at timestamptz not null default now(),
  undone boolean not null default false,
  primary key (plan_id, number)
);

-- What became of a grid when a plan took effect. share: how much of the old one's area lies in the new one.
create table grid_lineage (
  plan_id int not null references grid_plans (id) on delete cascade,
  from_grid int not null,
  to_grid int not null,
  kind text not null check (kind in ('same', 'reshaped', 'split', 'merged', 'moved', 'replaced')),
  share float8 not null check (share > 0 and share <= 1.000001),
  primary key (plan_id, from_grid, to_grid)
);

-- A case under another plan than that of its time or that in force: made by a re-stamping, thrown away at will.
create table plan_stamps (
  plan_id int not null references grid_plans (id) on delete cascade,
  town_id int not null,
  incident_id int not null,
  path int[] not null,
  primary key (plan_id, town_id, incident_id)
);

-- `path` says who answers for a case now; `stamp` keeps the path of its own time once that is another one.
alter table incidents add column stamp int[];

-- Whoever may see a case may read its history, under whatever plan that was written.
drop policy in_scope on timeline;
create policy in_scope on timeline to xiake_app
  using (
    path && (select scope_grids())
    or (incident_id is not null and exists (
      select 1 from incidents i where i.town_id = timeline.town_id and i.id = timeline.incident_id
    ))
  )
  with check (path && (select scope_grids()));

-- Imports: who, how, and what is needed to take one back.
alter table imports add column by_name text not null default '';
alter table imports add column unchanged int not null default 0;
alter table imports add column options jsonb not null default '{}';
alter table imports add column findings jsonb not null default '[]';
alter table imports add column report text;
alter table imports add column plan_id int references grid_plans (id);
alter table imports add column undone_at timestamptz;
alter table imports add column undone_by text;
alter table imports add column undo_kept int;

-- What an import wrote, a piece at a time: ids of new rows, and whole rows as they were before.
create table import_changes (
  import_id int not null references imports (id) on delete cascade,
  part int not null,
  what text not null,
  inserted int[] not null,
  before jsonb not null default '[]',
  primary key (import_id, part)
);

-- An import on its way: from the file's first byte to the decision to write. The file itself lies in the data folder.
create table import_jobs (
  id int generated always as identity primary key,
  by_name text not null,
  created_at timestamptz not null default now(),
  file text not null,
  size bigint not null check (size >= 0),
  received bigint not null default 0,
  stage text not null default 'uploading'
    check (stage in ('uploading', 'reading', 'recognised', 'checking', 'checked', 'writing', 'done', 'failed', 'cancelled')),
  what text,
  inspected jsonb,
  options jsonb not null default '{}',
  findings jsonb,
  import_id int references imports (id),
  problem text
);
-- How files of one shape (what they are and the names of their columns) were mapped last time.
create table import_mappings (
  shape text primary key,
  options jsonb not null,
  used_at timestamptz not null default now()
);

-- Timeline rows may go only with the import that brought them.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and old.data @> '{"imported": true}' and current_setting('app.undo_import', true) = 'yes' then
    return old;
  end if;
  raise exception 'the timeline is append-only';
end $$;

grant select on grid_plans, plan_grids, plan_edits, grid_lineage, plan_stamps to xiake_app;
do $$
declare
  shared text;
begin
  foreach shared in array array['grid_plans', 'plan_grids', 'plan_edits', 'grid_lineage']
  loop
    execute format('alter table %I enable row level security', shared);
    execute format('create policy in_scope on %I to xiake_app using (cardinality((select scope_grids())) > 0)', shared);
  end loop;
end $$;
alter table plan_stamps enable row level security;
create policy in_scope on plan_stamps to xiake_app using (
  exists (select 1 from incidents i where i.town_id = plan_stamps.town_id and i.id = plan_stamps.incident_id)
);
