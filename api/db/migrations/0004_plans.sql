-- Editors of one plan meet: which edit was the last to touch what; and up to when a plan's own stamps of cases reach.

alter table plan_edits add column revision int not null default 0; -- the plan's, when this was made, undone or redone last
alter table plan_edits add column touched int[] not null default '{}'; -- uids it was about; those that only followed are not among them
alter table plan_edits add column undone_by text;

alter table grid_plans add column next_uid int not null default 1; -- never taken twice, so that undo brings back the very same grids
alter table grid_plans add column begun_under int references grid_plans (id); -- in force when it was begun: whatever took effect since, it would undo
alter table grid_plans add column forced boolean not null default false; -- scheduled all the same
alter table grid_plans add column stamped_from timestamptz;
alter table grid_plans add column stamped_to timestamptz;
