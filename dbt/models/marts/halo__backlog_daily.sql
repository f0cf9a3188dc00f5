{#- A running sum of tickets that enter and leave; never a row for each ticket and day. -#}
with
ticket as (
    select ticket_id, group_key, opened_at, resolution_due_at
    from {{ ref('int_halo__ticket') }}
    where not is_merged and opened_at is not null
),

period as (
    select
        ticket.group_key,
        period.position,
        period.started_at,
        period.ended_at,
        period.is_reopening,
        case
            when ticket.resolution_due_at > period.started_at then ticket.resolution_due_at
            when ticket.resolution_due_at <= period.started_at then period.started_at
        end as overdue_at
    from {{ ref('int_halo__open_period') }} as period
    inner join ticket on period.ticket_id = ticket.ticket_id
),

event as (
    select group_key, opened_at as event_at, 1 as opened, 0 as closed, 0 as reopened, 0 as overdue
    from ticket
    union all
    {#- Closed from the beginning, as an imported ticket can be. #}
    select ticket.group_key, ticket.opened_at, 0, 1, 0, 0
    from ticket
    inner join {{ ref('int_halo__status_span') }} as span
        on ticket.ticket_id = span.ticket_id and span.position = 1 and span.is_closed
    union all
    select group_key, ended_at, 0, 1, 0, 0 from period where ended_at is not null
    union all
    select group_key, started_at, 0, 0, 1, 0 from period where is_reopening
    union all
    select group_key, overdue_at, 0, 0, 0, 1 from period
    where overdue_at < coalesce(ended_at, {{ halo_now() }})
    union all
    select group_key, ended_at, 0, 0, 0, -1 from period where overdue_at < ended_at
),

daily as (
    select
        group_key,
        {{ halo_day('event_at') }} as local_on,
        cast(sum(opened) as {{ dbt.type_bigint() }}) as opened,
        cast(sum(closed) as {{ dbt.type_bigint() }}) as closed,
        cast(sum(reopened) as {{ dbt.type_bigint() }}) as reopened,
        cast(sum(overdue) as {{ dbt.type_bigint() }}) as overdue
    from event
    group by 1, 2
),

grouped as (
    select group_key, min(local_on) as first_on from daily group by group_key
),

named as (
    select
        group_key,
        max(team_id) as team_id,
        max(team_name) as team_name,
        max(ticket_type_id) as ticket_type_id,
        max(ticket_type_name) as ticket_type_name,
        max(priority_id) as priority_id,
        max(priority_name) as priority_name
    from {{ ref('int_halo__ticket') }}
    group by group_key
),

filled as (
    select
        grouped.group_key,
        day.local_on,
        coalesce(daily.opened, 0) as opened,
        coalesce(daily.closed, 0) as closed,
        coalesce(daily.reopened, 0) as reopened,
        coalesce(daily.overdue, 0) as overdue
    from grouped
    inner join {{ ref('int_halo__day') }} as day
        on grouped.first_on <= day.local_on and day.local_on <= {{ halo_day(halo_now()) }}
    left join daily on grouped.group_key = daily.group_key and day.local_on = daily.local_on
)

select
    filled.local_on,
    named.team_id,
    named.team_name,
    named.ticket_type_id,
    named.ticket_type_name,
    named.priority_id,
    named.priority_name,
    filled.opened,
    filled.closed,
    filled.reopened,
    cast(sum(filled.opened - filled.closed + filled.reopened) over (
        partition by filled.group_key order by filled.local_on
        rows between unbounded preceding and current row
    ) as {{ dbt.type_bigint() }}) as open_at_end,
    cast(sum(filled.overdue) over (
        partition by filled.group_key order by filled.local_on
        rows between unbounded preceding and current row
    ) as {{ dbt.type_bigint() }}) as overdue_at_end
from filled
inner join named on filled.group_key = named.group_key
