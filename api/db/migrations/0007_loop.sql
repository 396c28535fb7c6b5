-- The closed loop of an incident: catalogue of two levels with limits, clocks, side flows, media, routing, citizens, alerts, jobs.

-- The catalogue -----------------------------------------------------------------------------------------------------------------
alter table incident_classes
  add column parent_code text references incident_classes (code),
  add column nature text not null default 'event' check (nature in ('event', 'component')),
  add column severity text not null default 'usual' check (severity in ('minor', 'usual', 'urgent')),
  add column proof boolean not null default false,
  add column open boolean not null default true,
  add column active boolean not null default true,
  -- contract/incident classLimits
  add column limits jsonb;
update incident_classes
set limits = jsonb_build_object(
  'file', '{"amount": 2, "kind": "work"}'::jsonb,
  'dispatch', '{"amount": 1, "kind": "work"}'::jsonb,
  'handle', jsonb_build_array(jsonb_build_object('name', '', 'amount', due_minutes / 60.0, 'kind', 'natural')),
  'check', '{"amount": 1, "kind": "workday"}'::jsonb
);
alter table incident_classes
  alter column limits set not null,
  drop column due_minutes;
grant insert, update on incident_classes to xiake_app;

-- contract/clock workHours
alter table towns add column work_hours jsonb;
grant update (work_hours) on towns to xiake_app;

-- Incidents ---------------------------------------------------------------------------------------------------------------------
alter table incidents
  drop constraint incidents_source_check,
  drop constraint incidents_state_check,
  add constraint incidents_source_check
    check (source in ('member', 'officer', 'citizen', 'monitoring', 'hotline', 'system', 'import')),
  add constraint incidents_state_check check (state in (
    'reported', 'filed', 'dispatched', 'handling', 'handled', 'checked', 'closed', 'evaluated', 'archived',
    'suspended', 'voided', 'merged', 'split'
  )),
  add column severity text not null default 'usual' check (severity in ('minor', 'usual', 'urgent')),
  -- The clock that runs: of which stage, how it counts, since when, yellow from, red after. Nulls: none runs.
  add column stage text check (stage in ('file', 'dispatch', 'handle', 'check')),
  add column stage_kind text check (stage_kind in ('work', 'urgent', 'workday', 'natural')),
  add column stage_at timestamptz,
  add column warn_at timestamptz,
  add column part smallint not null default 0,
  add column parts_left smallint not null default 0,
  -- A suspension: since when, and from which state; the due time waits in due_at.
  add column paused_at timestamptz,
  add column paused_from text,
  add column handled_by int,
  add column returns smallint not null default 0,
  add column reworks smallint not null default 0,
  add column arbitrated boolean not null default false,
  add column supervised boolean not null default false,
  add column asks smallint not null default 0,
  add column recurrence smallint not null default 0,
  add column parent_id int,
  add column merged_into int,
  add column satisfied boolean;
drop index incidents_open;
create index incidents_open on incidents (town_id, id)
  where state in ('reported', 'filed', 'dispatched', 'handling', 'handled', 'checked', 'suspended', 'split');
create index incidents_parent on incidents (town_id, parent_id) where parent_id is not null;
create index incidents_merged on incidents (town_id, merged_into) where merged_into is not null;
-- Near in place and time: duplicates and recurrence.
create index incidents_place on incidents using gist (geom);

create unique index incidents_number on incidents (town_id, number);

-- How often something was at a place: a number, whoever may see the cases. Under a policy the index of places would not serve.
create function count_at(class text, lng float8, lat float8, meters float8, since timestamptz) returns int
language sql stable security definer set search_path = public, pg_temp as $$
  select least(count(*), 32767)::int
  from incidents i
  where i.town_id = (select id from towns) and i.class_code = class and i.reported_at >= since
    and i.state not in ('voided', 'merged')
    and i.geom && st_expand(st_setsrid(st_makepoint(lng, lat), 4326), meters / 70000)
    and st_dwithin(i.geom::geography, st_setsrid(st_makepoint(lng, lat), 4326)::geography, meters)
$$;
-- Who leads some grids at an instant: who gets a case does not depend on who asks.
create function grid_leaders(grids int[], at timestamptz) returns table (grid_id int, officer_id int, unit_id int)
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct on (p.grid_id) p.grid_id, p.officer_id, o.unit_id
  from posts p
  join officers o on o.id = p.officer_id
  where p.role = 'leader' and p.grid_id = any (grids) and p.valid_from <= at and (p.valid_to is null or p.valid_to > at)
  order by p.grid_id, p.valid_from desc
$$;
revoke all on function count_at, grid_leaders from public;
grant execute on function count_at, grid_leaders to xiake_app;

-- A command that comes again is known by its key.
alter table timeline add column key text;
create unique index timeline_key on timeline (town_id, key) where key is not null;

-- Side flows: somebody asks, somebody else decides.
create table incident_requests (
  town_id int not null,
  incident_id int not null,
  id int generated always as identity,
  action text not null,
  note text not null check (note <> ''),
  data jsonb not null default '{}',
  asked_account int not null,
  asked_by text not null,
  asked_at timestamptz not null,
  state text not null default 'pending' check (state in ('pending', 'granted', 'refused', 'lapsed')),
  decided_by text,
  decided_at timestamptz,
  decision text not null default '',
  primary key (town_id, incident_id, id),
  foreign key (town_id, incident_id) references incidents (town_id, id)
);
create unique index incident_requests_pending on incident_requests (town_id, incident_id, action) where state = 'pending';
alter table incident_requests enable row level security;
create policy in_scope on incident_requests to xiake_app using (
  exists (select 1 from incidents i where i.town_id = incident_requests.town_id and i.id = incident_id)
);
grant select, insert, update on incident_requests to xiake_app;

-- Media -------------------------------------------------------------------------------------------------------------------------
create table media (
  id int generated always as identity primary key,
  town_id int not null,
  -- Null until the report is there: an upload comes before what it belongs to.
  incident_id int,
  kind text not null check (kind in ('photo', 'video', 'voice')),
  moment text not null check (moment in ('found', 'handled', 'checked', 'other')),
  state text not null check (state in ('receiving', 'ready', 'refused')),
  reason text not null default '',
  name text not null default '',
  mime text not null default '',
  bytes int not null,
  received int not null default 0,
  width int,
  height int,
  seconds real,
  taken_at timestamptz,
  taken_lng float8,
  taken_lat float8,
  sha256 text not null default '',
  -- Who sent it: an account, or a citizen's session. Only they may bind it to an incident.
  owner text not null,
  added_by text not null,
  added_at timestamptz not null,
  key text not null,
  foreign key (town_id, incident_id) references incidents (town_id, id),
  unique (owner, key)
);
create index media_incident on media (incident_id) where incident_id is not null;
create index media_loose on media (owner) where incident_id is null;
alter table media enable row level security;
create policy in_scope on media to xiake_app using (
  incident_id is not null
  and exists (select 1 from incidents i where i.town_id = media.town_id and i.id = incident_id)
);
grant select on media to xiake_app;
-- Binds uploads to an incident: only those of the one who sent them, and only such as belong nowhere yet.
create function attach_media(ids int[], sender text, incident int, at_moment text) returns int language sql security definer
set search_path = public, pg_temp as $$
  with bound as (
    update media
    set incident_id = incident, moment = coalesce(at_moment, moment)
    where id = any (ids) and owner = sender and incident_id is null and state <> 'refused'
    returning 1
  )
  select count(*)::int from bound
$$;
revoke all on function attach_media from public;
grant execute on function attach_media to xiake_app;

-- Routing -----------------------------------------------------------------------------------------------------------------------
create table routing_rules (
  id int generated always as identity primary key,
  rank int not null default 0,
  active boolean not null default true,
  -- Nulls: any. A major class covers its minor ones; a grid all within it.
  class_code text references incident_classes (code),
  grid_id int references grids (id) on delete cascade,
  sources text[],
  -- Wall clock of the town, minutes of the day; to less than from passes midnight.
  from_minute smallint check (from_minute between 0 and 1439),
  to_minute smallint check (to_minute between 1 and 1440),
  days text not null default 'every' check (days in ('every', 'workdays', 'rest')),
  -- 属主 or 属地: which of them comes first depends on the nature of the class.
  basis text not null check (basis in ('owner', 'territory')),
  target text not null check (target in ('unit', 'grid-leader')),
  unit_id int references units (id),
  -- At once, without the desk.
  auto boolean not null default false,
  note text not null default '',
  check ((target = 'unit') = (unit_id is not null)),
  check ((from_minute is null) = (to_minute is null))
);
alter table routing_rules enable row level security;
create policy in_scope on routing_rules to xiake_app using (cardinality((select scope_grids())) > 0);
grant select, insert, update, delete on routing_rules to xiake_app;

-- Citizens and other systems ----------------------------------------------------------------------------------------------------
-- Who reported from outside: the code to follow it by (only its hash), and how to reach them. Never in the timeline.
create table incident_reporters (
  town_id int not null,
  incident_id int not null,
  code_hash text not null unique,
  phone text not null default '',
  contact text not null default '',
  rated_at timestamptz,
  primary key (town_id, incident_id),
  foreign key (town_id, incident_id) references incidents (town_id, id)
);
alter table incident_reporters enable row level security;
create policy in_scope on incident_reporters to xiake_app using (
  (select current_setting('app.role', true)) in ('dispatcher', 'admin', 'leader')
  and exists (select 1 from incidents i where i.town_id = incident_reporters.town_id and i.id = incident_id)
);
grant select, insert, update on incident_reporters to xiake_app;

-- Keys of other systems (Open311, JSON); only hashes.
create table api_keys (
  id int generated always as identity primary key,
  name text not null check (name <> ''),
  key_hash text not null unique,
  created_at timestamptz not null,
  revoked_at timestamptz
);
revoke all on api_keys from xiake_app;

-- Alerts ------------------------------------------------------------------------------------------------------------------------
create table alerts (
  id int generated always as identity primary key,
  kind text not null,
  severity text not null check (severity in ('minor', 'usual', 'urgent')),
  -- What makes two alerts one: kind and place.
  place text not null,
  path int[] not null,
  title text not null,
  incident_id int,
  point_id int,
  count int not null default 1,
  level smallint not null default 0,
  first_at timestamptz not null,
  last_at timestamptz not null,
  acknowledged_by text,
  acknowledged_at timestamptz
);
create index alerts_open on alerts (last_at) where acknowledged_at is null;
create unique index alerts_place on alerts (kind, place) where acknowledged_at is null;
alter table alerts enable row level security;
create policy in_scope on alerts to xiake_app using (path && (select scope_grids())) with check (path && (select scope_grids()));
grant select, insert, update on alerts to xiake_app;

-- How far the timeline has been looked through for what must be told.
create table alert_head (
  single boolean primary key default true check (single),
  seq bigint not null
);
insert into alert_head (seq) select seq from timeline_head;
revoke all on alert_head from xiake_app;

create table alert_preferences (
  account_id int primary key references accounts (id) on delete cascade,
  -- contract/alert alertPreferences
  preferences jsonb not null
);
create table push_subscriptions (
  endpoint text primary key,
  account_id int not null references accounts (id) on delete cascade,
  keys jsonb not null,
  added_at timestamptz not null,
  failed smallint not null default 0
);
-- Made once by this installation: the key pair that push services know it by.
create table push_keys (
  single boolean primary key default true check (single),
  public_key text not null,
  private_key text not null
);
revoke all on alert_preferences, push_subscriptions, push_keys from xiake_app;

-- Jobs --------------------------------------------------------------------------------------------------------------------------
-- What is to be done at a time, kept until it is done: one per kind and key.
create table jobs (
  kind text not null,
  key text not null,
  run_at timestamptz not null,
  data jsonb not null default '{}',
  attempts smallint not null default 0,
  error text not null default '',
  primary key (kind, key)
);
create index jobs_due on jobs (run_at);
-- Whoever moves an incident sets its alarm; the queue itself works as the owner.
alter table jobs enable row level security;
create policy in_scope on jobs to xiake_app using (cardinality((select scope_grids())) > 0);
grant select, insert, update, delete on jobs to xiake_app;
