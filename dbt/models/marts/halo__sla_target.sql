with
target as (
    {%- for kind, reached in {'response': 'responded_at', 'resolution': 'closed_at'}.items() %}
    select
        ticket_id,
        '{{ kind }}' as kind,
        {{ kind }}_due_at as due_at,
        {{ reached }} as reached_at,
        is_closed
    from {{ ref('int_halo__ticket_metric') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

judged as (
    select
        target.*,
        case
            when due_at is null then 'none'
            when reached_at <= due_at then 'met'
            when reached_at > due_at then 'missed'
            when is_closed and kind = 'response' and due_at < {{ halo_now() }} then 'missed'
            when is_closed then 'none'
            when due_at < {{ halo_now() }} then 'overdue'
            else 'running'
        end as state
    from target
)

select
    ticket_id,
    kind,
    due_at,
    reached_at,
    case when state = 'met' then true when state in ('missed', 'overdue') then false end as is_met,
    state,
    case
        when state = 'missed' then {{ halo_hours_between('due_at', 'reached_at') }}
        when state = 'overdue' then {{ halo_hours_between('due_at', halo_now()) }}
    end as hours_over
from judged
