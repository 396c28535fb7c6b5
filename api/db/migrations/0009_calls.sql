-- Calls: who spoke with whom and how long. Of what was said nothing is kept.
create table calls (
  town_id int not null,
  key uuid not null,
  id int generated always as identity,
  kind text not null check (kind in ('voice', 'video')),
  to_desk boolean not null,
  incident_id int,
  -- Where the officer belongs whom it is about.
  path int[] not null,
  started_account int not null,
  started_by text not null,
  started_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  -- When the process that signals it last said that it goes on.
  held_at timestamptz not null,
  outcome text check (outcome in ('answered', 'declined', 'busy', 'missed', 'cancelled', 'unreachable', 'interrupted')),
  -- contract/call callEntry people
  people jsonb not null,
  primary key (town_id, key),
  foreign key (town_id, incident_id) references incidents (town_id, id),
  check ((ended_at is null) = (outcome is null))
);
create index calls_recent on calls (town_id, id);
create index calls_incident on calls (town_id, incident_id) where incident_id is not null;
create index calls_open on calls (town_id) where ended_at is null;
alter table calls enable row level security;
create policy in_scope on calls to xiake_app using (path && (select scope_grids()));
grant select on calls to xiake_app;
