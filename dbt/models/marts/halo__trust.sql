{#- What the models take for granted, checked on this tenant's own rows. -#}
{%- set tables = [
    'action', 'time_entry', 'ticket_satisfaction', 'user', 'client', 'site', 'agent', 'team', 'status',
    'priority', 'category', 'ticket_type', 'sla', 'workday', 'holiday', 'asset', 'ticket_asset',
    'ticket_approval', 'ticket_change', 'ticket_field_history',
] %}
{%- set code_tables = {
    'status': 'status_id', 'team': 'team_id', 'sla': 'sla_id', 'ticket_type': 'ticket_type_id',
    'client': 'client_id', 'agent': 'agent_id',
} %}
with
ticket as (
    select * from {{ ref('int_halo__ticket') }}
),

metric as (
    select * from {{ ref('int_halo__ticket_metric') }}
),

target as (
    select * from {{ ref('halo__sla_target') }}
),

closing_status as (
    select status_id, count(*) as tickets
    from ticket
    where not is_closed and not is_merged and status_id is not null
    group by status_id
    having count(*) = count(last_closed_at)
),

finding as (
    select
        'status chains without gaps' as check_name,
        count(*) as rows_seen,
        {{ halo_count_where('status_before_id <> old_status_id') }} as rows_disagreeing,
        'Changes of status that do not begin where the change before ended: another change left no action, and the hours of that while are counted for the wrong status.' as meaning
    from {{ ref('int_halo__status_change') }}
    union all
    select
        'statuses end as tickets say',
        count(*),
        {{ halo_count_where('inferred_spans > 0') }},
        'Tickets whose changes of status do not end in the status that they have; one more span was inferred from their dates.'
    from metric
    union all
    select
        'closed statuses are all known',
        (select count(*) from ticket where not is_merged),
        coalesce(sum(tickets), 0),
        'Tickets in a status in which every ticket has a closing date, but which is not in halo_closed_status_ids: they count as open.'
    from closing_status
    union all
    select
        'some ticket is closed',
        count(*),
        case when count(*) > 0 and {{ halo_count_where('is_closed') }} = 0 then count(*) else 0 end,
        'Not one ticket has a status of halo_closed_status_ids: the variable does not fit this tenant.'
    from ticket
    union all
    select
        'closed tickets have a closing date',
        {{ halo_count_where('is_closed') }},
        {{ halo_count_where('is_closed and last_closed_at is null') }},
        'Closed tickets without dateclosed: they are in no month and have no time of resolution.'
    from metric
    union all
    select
        'tickets have actions',
        count(*),
        {{ halo_count_where('actions = 0') }},
        'Tickets without any action: nothing is known of their replies, hours and changes of status.'
    from metric
    union all
    select
        'closed after opened',
        {{ halo_count_where('closed_at is not null') }},
        {{ halo_count_where('closed_at < opened_at') }},
        'Tickets that were closed before they were opened, by dates set by hand: their time of resolution is null.'
    from metric
    union all
    select
        'responded after opened',
        {{ halo_count_where('responded_at is not null') }},
        {{ halo_count_where('responded_at < opened_at') }},
        'Tickets with a response before they were opened, by dates set by hand: their time of response is null.'
    from metric
    union all
    select
        'responses are noted',
        {{ halo_count_where('replies > 0') }},
        {{ halo_count_where('replies > 0 and responded_at is null') }},
        'Tickets with a reply to the user, but no response date in Halo: they count as not responded to.'
    from metric
    union all
    select
        'response state agrees',
        {{ halo_count_where("metric.sla_response_state in ('I', 'O') and target.is_met is not null") }},
        {{ halo_count_where("(metric.sla_response_state = 'I' and not target.is_met) or (metric.sla_response_state = 'O' and target.is_met)") }},
        'Tickets whose slaresponsestate (I taken for in time, O for over: a guess) says something else than the dates.'
    from metric
    inner join target on metric.ticket_id = target.ticket_id and target.kind = 'response'
    union all
    select
        'opened in the past',
        count(*),
        {{ halo_count_where('opened_at > ' ~ halo_now()) }},
        'Tickets that are opened in the future: they are missing in the backlog until then.'
    from ticket
    {%- for table, id in code_tables.items() %}
    union all
    select
        'ids of {{ table }} are known',
        count(ticket.{{ id }}),
        {{ halo_count_where('ticket.' ~ id ~ ' is not null and code.' ~ id ~ ' is null') }},
        'Tickets whose {{ id }} is not in the table {{ table }}: deleted, or not visible to the connection.'
    from ticket
    left join {{ ref('stg_halo__' ~ table) }} as code on ticket.{{ id }} = code.{{ id }}
    {%- endfor %}
    union all
    select
        'priorities are known',
        count(priority_id),
        {{ halo_count_where('priority_id is not null and priority_name is null') }},
        'Tickets whose priority is not in the table priority for their service level.'
    from ticket
    union all
    select
        'time zones are known',
        count(*),
        {{ halo_count_where('not is_zone_known') }},
        'Workdays whose time zone is neither one of Windows nor an IANA name: halo_timezone is taken for it.'
    from {{ ref('int_halo__schedule') }}
    union all
    select
        'hours have an agent',
        {{ halo_count_where('hours > 0') }},
        {{ halo_count_where('hours > 0 and agent_id is null') }},
        'Actions with time but without an agent: their hours are in halo__ticket, but in no day of an agent.'
    from {{ ref('int_halo__work') }}
    where not is_merged
    {%- for table in tables %}
    union all
    select
        'table {{ table }} is there',
        1,
        case when count(*) = 0 then 1 else 0 end,
        {%- if var('halo_using_' ~ table, true) %}
        'The table {{ table }} is empty or not there: what comes from it is null or 0.'
        {%- else %}
        'The table {{ table }} is not used (halo_using_{{ table }}): what comes from it is null or 0.'
        {%- endif %}
    from (select 1 as one from {{ ref('stg_halo__' ~ table) }} limit 1) as any_row
    {%- endfor %}
    union all
    select
        'the newest change is from the last day',
        count(*),
        case
            when max(updated_at) >= {{ halo_now() }} then 0
            when {{ halo_hours_between('max(updated_at)', halo_now()) }} > 24 then 1
            else 0
        end,
        'No ticket has changed in Halo for more than a day: is the connection still syncing?'
    from ticket
)

select
    check_name,
    cast(coalesce(rows_seen, 0) as {{ dbt.type_bigint() }}) as rows_seen,
    cast(coalesce(rows_disagreeing, 0) as {{ dbt.type_bigint() }}) as rows_disagreeing,
    case when rows_seen > 0 then coalesce(rows_disagreeing, 0) = 0 end as holds,
    meaning
from finding
