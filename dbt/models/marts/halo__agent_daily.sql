with
work as (
    select
        {{ halo_day('acted_at') }} as local_on,
        agent_id,
        ticket_id,
        is_reply,
        hours,
        chargeable_hours
    from {{ ref('int_halo__work') }}
    where agent_id is not null and acted_at is not null and not is_merged
),

worked as (
    select
        local_on,
        agent_id,
        count(*) as actions,
        {{ halo_count_where('is_reply') }} as replies,
        count(distinct ticket_id) as tickets_touched,
        sum(hours) as hours,
        sum(chargeable_hours) as chargeable_hours
    from work
    group by 1, 2
),

closed as (
    select
        {{ halo_day('closed_at') }} as local_on,
        agent_id,
        count(*) as tickets_closed
    from {{ ref('int_halo__ticket_metric') }}
    where closed_at is not null and agent_id is not null
    group by 1, 2
),

agent_day as (
    select distinct local_on, agent_id
    from (
        select local_on, agent_id from worked
        union all
        select local_on, agent_id from closed
    ) as either
)

select
    agent_day.local_on,
    agent_day.agent_id,
    agent.agent_name,
    {% if var('halo_using_action', true) -%}
    coalesce(worked.actions, 0) as actions,
    coalesce(worked.replies, 0) as replies,
    coalesce(worked.tickets_touched, 0) as tickets_touched,
    {%- else -%}
    cast(null as {{ dbt.type_bigint() }}) as actions,
    cast(null as {{ dbt.type_bigint() }}) as replies,
    cast(null as {{ dbt.type_bigint() }}) as tickets_touched,
    {%- endif %}
    cast(coalesce(worked.hours, 0) as {{ halo_type_double() }}) as hours,
    cast(coalesce(worked.chargeable_hours, 0) as {{ halo_type_double() }}) as chargeable_hours,
    coalesce(closed.tickets_closed, 0) as tickets_closed
from agent_day
left join worked
    on agent_day.local_on = worked.local_on and agent_day.agent_id = worked.agent_id
left join closed
    on agent_day.local_on = closed.local_on and agent_day.agent_id = closed.agent_id
left join {{ ref('stg_halo__agent') }} as agent on agent_day.agent_id = agent.agent_id
