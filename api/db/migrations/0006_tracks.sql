-- Tracks: an accepted fix is first a row of a small log, and minutes later part of a packed chunk.

-- The log. Append-only, in two halves: one is written while the other is packed and then emptied whole, so that nothing is ever
-- deleted row by row (the embedded database has no autovacuum). No key: repeats are found by the ingest before they get here,
-- and once more by whoever packs or reads. Grid ids instead of paths: 20 bytes a row less, on the busiest table there is.
create table fixes (
  slice smallint not null,
  officer_id int not null,
  recorded_at timestamptz not null,
  received_at timestamptz not null,
  lng_e7 int not null,
  lat_e7 int not null,
  accuracy real,
  speed real,
  heading real,
  battery real,
  grid_id int not null,
  -- 1: farther from the fix before than anybody moves; 2: the phone's clock ran ahead, recorded_at was set back.
  flags smallint not null default 0
) partition by list (slice);
create table fixes_0 partition of fixes for values in (0);
create table fixes_1 partition of fixes for values in (1);
create index fixes_officer on fixes (officer_id, recorded_at);

-- Up to 240 fixes of one officer, at most an hour, never across a day (UTC): api/tracks/chunks.ts says what the bytes are.
-- Below 2 kB, so that it lies in the row itself; `external` keeps PostgreSQL from trying to compress what cannot be.
-- No spatial index and no foreign key: looked for by officer and time only, and tracks outlive rosters.
create table track_chunks (
  officer_id int not null,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  -- When the server had them: an import is undone by the instant its fixes share.
  received_from timestamptz not null,
  received_to timestamptz not null,
  count smallint not null,
  -- Every grid of every path in it: the scope's coarse sieve. The reader sieves fix by fix.
  path int[] not null,
  -- Bytes of the payload that hold what a map asks for.
  head smallint not null,
  payload bytea not null,
  -- The end is in the key so that what ended before a span is passed over without being fetched.
  primary key (officer_id, started_at, ended_at)
) partition by range (started_at);
alter table track_chunks alter column payload set storage external;

-- Visits of officers to grids of the smallest level, written when they end; the one under way is in officer_positions.
create table grid_visits (
  officer_id int not null,
  entered_at timestamptz not null,
  left_at timestamptz not null,
  grid_id int not null,
  path int[] not null,
  primary key (officer_id, entered_at),
  check (left_at >= entered_at)
) partition by range (entered_at);

-- How much each grid was walked on each day of the town's calendar: kept when visits are long gone, and names nobody.
create table grid_patrols (
  day date not null,
  grid_id int not null,
  path int[] not null,
  seconds int not null,
  visits int not null,
  primary key (day, grid_id)
);

-- Where a visit and a stay outside the duty grid began: what a restart goes on from.
alter table officer_positions
  add column visit_grid int,
  add column visit_since timestamptz,
  add column outside_since timestamptz,
  add column outside_told boolean not null default false;

-- Creates the day's partitions (UTC) when they are missing. Owner only: called before the first row of a day.
create function ensure_track_day(day date) returns void language plpgsql as $$
declare
  one text;
begin
  -- Two processes may meet the day's first row at once; `if not exists` alone fails in one of them.
  perform pg_advisory_xact_lock(8721);
  foreach one in array array['track_chunks', 'grid_visits'] loop
    execute format(
      'create table if not exists %I partition of %I for values from (%L) to (%L)',
      one || '_' || to_char(day, 'YYYYMMDD'),
      one,
      day::timestamp at time zone 'UTC',
      (day + 1)::timestamp at time zone 'UTC'
    );
  end loop;
end $$;

-- Who looked at whose way, when and why. Append-only like the timeline, and dropped with the tracks.
create table track_looks (
  id int generated always as identity primary key,
  at timestamptz not null,
  account_id int not null references accounts (id),
  name text not null,
  role text not null,
  officer_id int not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  reason text not null,
  note text not null default ''
);
create index track_looks_officer on track_looks (officer_id, id);

-- Devices: a secret, a terminal's number, or a topic, bound to an officer.
alter table device_tokens rename to devices;
alter table devices drop constraint device_tokens_pkey;
alter table devices alter column token_hash drop not null;
alter table devices
  add column id int generated always as identity primary key,
  add column kind text not null default 'token' check (kind in ('token', 'terminal', 'topic')),
  add column terminal text,
  add column seen_at timestamptz,
  add column seen_door text,
  add check ((kind = 'token') = (terminal is null)),
  add check (kind <> 'token' or token_hash is not null);
create unique index devices_token on devices (token_hash) where token_hash is not null;
create unique index devices_terminal on devices (kind, terminal) where terminal is not null and revoked_at is null;

grant select, insert on fixes, grid_visits, grid_patrols to xiake_app;
grant select on track_chunks to xiake_app;
grant update on grid_patrols to xiake_app;

alter table fixes enable row level security;
-- The town first: it is the one test the ingest needs, and then the list of grids is not read at all.
create policy in_scope on fixes to xiake_app using (
  (select id from towns) = any ((select scope_grids())::int[])
  or grid_id in (select g.id from grids g where g.path && (select scope_grids()))
);
create policy self on fixes for select to xiake_app using (officer_id = (select scope_officer()));
do $$
declare
  scoped text;
begin
  foreach scoped in array array['track_chunks', 'grid_visits', 'grid_patrols']
  loop
    execute format('alter table %I enable row level security', scoped);
    execute format(
      'create policy in_scope on %I to xiake_app using (path && (select scope_grids())) with check (path && (select scope_grids()))',
      scoped
    );
  end loop;
end $$;
create policy self on track_chunks for select to xiake_app using (officer_id = (select scope_officer()));
create policy self on grid_visits for select to xiake_app using (officer_id = (select scope_officer()));
