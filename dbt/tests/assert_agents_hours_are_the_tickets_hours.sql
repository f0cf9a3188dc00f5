-- The hours of all agents' days, and those that no agent or no date has, are the hours of all tickets.
with agent as (
    select coalesce(sum(cast(hours as numeric(18, 6))), 0) as hours from {{ ref('halo__agent_daily') }}
),

ticket as (
    select coalesce(sum(cast(hours as numeric(18, 6))), 0) as hours from {{ ref('halo__ticket') }}
),

nobody as (
    select coalesce(sum(hours), 0) as hours
    from {{ ref('int_halo__work') }}
    where not is_merged and (agent_id is null or acted_at is null)
)

select agent.hours as of_agents, nobody.hours as of_nobody, ticket.hours as of_tickets
from agent
cross join ticket
cross join nobody
where agent.hours + nobody.hours <> ticket.hours
