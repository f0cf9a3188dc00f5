{#- What is counted of a ticket that was not merged: moments, durations in microseconds, counts. -#}
{%- set moments = {
    'first_response': 'responded_at',
    'first_reply': 'first_reply_at',
    'first_resolution': 'first_resolved_at',
    'resolution': 'closed_at',
} %}
{#- A status can be a hold and a wait for the user: its hours are then in both. #}
{%- set phases = {
    'on_hold': 'is_on_hold and not is_closed',
    'waiting_for_user': 'is_waiting_for_user and not is_closed',
    'in_work': "phase = 'working'",
} %}
with
span as (
    select
        ticket_id,
        min(case when is_closed then started_at end) as first_resolved_at,
        {{ halo_count_where('is_reopening') }} as reopenings,
        max(case when is_inferred then 1 else 0 end) as inferred_spans
        {%- for name, phase in phases.items() %},
        sum(case when {{ phase }} then duration else 0 end) as {{ name }}_duration,
        sum(case when {{ phase }} then working_duration else 0 end)
            as {{ name }}_working_duration
        {%- endfor %}
    from {{ ref('int_halo__span_hours') }}
    group by ticket_id
),

ticket as (
    select
        ticket.*,
        case when ticket.is_closed then ticket.last_closed_at end as closed_at,
        work.first_reply_at,
        {#- Where actions are synced a ticket without any has none; else nothing is known. #}
        {%- for count in ['replies', 'agents_involved', 'actions'] %}
        {{ 'coalesce(work.' ~ count ~ ', 0)' if var('halo_using_action', true) else 'work.' ~ count }}
            as {{ count }},
        {%- endfor %}
        coalesce(work.hours, 0) as hours,
        coalesce(work.chargeable_hours, 0) as chargeable_hours,
        span.first_resolved_at,
        span.reopenings,
        span.inferred_spans
        {%- for name in phases %},
        span.{{ name }}_duration,
        case when schedule.schedule_id is not null then span.{{ name }}_working_duration end
            as {{ name }}_working_duration
        {%- endfor %}
    from {{ ref('int_halo__ticket') }} as ticket
    left join span on ticket.ticket_id = span.ticket_id
    left join {{ ref('int_halo__ticket_work') }} as work on ticket.ticket_id = work.ticket_id
    left join {{ ref('int_halo__schedule') }} as schedule
        on ticket.schedule_id = schedule.schedule_id
    where not ticket.is_merged
)

select
    ticket.*
    {%- for name, moment in moments.items() %},
    {{ halo_microseconds('ticket.opened_at', 'ticket.' ~ moment) }} as {{ name }}_duration,
    {{ halo_worked_between('ticket.opened_at', 'opened_day', 'ticket.' ~ moment, name ~ '_day') }}
        as {{ name }}_working_duration
    {%- endfor %}
from ticket
left join {{ ref('int_halo__working_calendar') }} as opened_day
    on
        ticket.schedule_id = opened_day.schedule_id
        and cast(ticket.opened_at as date) = opened_day.local_on
{%- for name, moment in moments.items() %}
left join {{ ref('int_halo__working_calendar') }} as {{ name }}_day
    on
        ticket.schedule_id = {{ name }}_day.schedule_id
        and cast(ticket.{{ moment }} as date) = {{ name }}_day.local_on
{%- endfor %}
