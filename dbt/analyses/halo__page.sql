{#- All that the page of the desk shows, in one question: `dbt show --select halo__page`.
    A row is a part of a chart: what it stands at (`label`), whose it is (`series`), how much
    (`amount`), of how many (`out_of`), and words (`note`). Weeks are made of days by the page: not
    every engine begins them on a Monday. -#}
{%- set text = dbt.type_string() -%}
{%- set today = halo_day(halo_now()) -%}
{%- set first_month = halo_add_days(today, -396) -%}
{%- set durations = {
    'first_response_hours': ('first response', 'all hours'),
    'first_response_working_hours': ('first response', 'working hours'),
    'resolution_hours': ('resolution', 'all hours'),
    'resolution_working_hours': ('resolution', 'working hours'),
} -%}
with
closed_ticket as (
    select *, cast({{ dbt.date_trunc('month', 'closed_on') }} as date) as month_on
    from {{ ref('halo__ticket') }}
    where closed_on is not null
),

agent_month as (
    select
        cast({{ dbt.date_trunc('month', 'local_on') }} as date) as month_on,
        sum(chargeable_hours) as chargeable_hours,
        sum(hours) as hours
    from {{ ref('halo__agent_daily') }}
    group by 1
),

ranked as (
    select
        month_on,
        {%- for column in durations %}
        {{ column }},
        {{ halo_ranked(column, 'month_on') }}{{ ',' if not loop.last }}
        {%- endfor %}
    from closed_ticket
    where month_on > {{ first_month }}
),

month_of_teams as (
    select
        month_on,
        sum(closed) as closed,
        sum(answers) as answers,
        sum(satisfied) as satisfied,
        sum(response_met) as response_met,
        sum(response_judged) as response_judged,
        sum(resolution_met) as resolution_met,
        sum(resolution_judged) as resolution_judged
    from {{ ref('halo__team_monthly') }}
    where month_on > {{ first_month }}
    group by month_on
),

open_ticket as (
    select
        *,
        case when is_on_hold then 'on hold' else 'in work' end as standing,
        case
            when age_hours < 24 then 'under 1 day'
            when age_hours < 72 then '1 to 3 days'
            when age_hours < 168 then '3 to 7 days'
            when age_hours < 672 then '1 to 4 weeks'
            when age_hours < 2184 then '1 to 3 months'
            else 'over 3 months'
        end as age_range
    from {{ ref('halo__ticket') }}
    where is_open
),

part as (
    select
        'now' as chart,
        cast({{ halo_now() }} as {{ text }}) as label,
        'open' as series,
        count(*) as amount,
        cast(null as {{ halo_type_double() }}) as out_of,
        cast(null as {{ text }}) as note
    from open_ticket
    union all
    select 'now', null, 'on hold', sum(case when is_on_hold then 1 when not is_on_hold then 0 end), count(*), null
    from open_ticket
    union all
    select 'now', null, 'overdue', {{ halo_count_where("resolution_state = 'overdue'") }}, count(*), null
    from open_ticket
    union all
    select 'now', null, 'unassigned', {{ halo_count_where('agent_id is null') }}, count(*), null
    from open_ticket
    {%- for column in ('opened', 'closed') %}
    union all
    select 'now', null, '{{ column }} in the last 7 days', coalesce(sum({{ column }}), 0), null, null
    from {{ ref('halo__backlog_daily') }}
    where local_on > {{ halo_add_days(today, -7) }}
    {%- endfor %}
    union all
    select 'backlog', cast(local_on as {{ text }}), coalesce(team_name, 'no team'), sum(open_at_end), null, null
    from {{ ref('halo__backlog_daily') }}
    where local_on > {{ halo_add_days(today, -365) }}
    group by local_on, team_name
    {%- for column in ('opened', 'closed') %}
    union all
    select 'flow', cast(local_on as {{ text }}), '{{ column }}', sum({{ column }}), null, null
    from {{ ref('halo__backlog_daily') }}
    where local_on > {{ halo_add_days(today, -190) }}
    group by local_on
    {%- endfor %}
    {%- for column, (chart, series) in durations.items() %}
    union all
    select '{{ chart }}', cast(cast(month_on as date) as {{ text }}), '{{ series }}', {{ halo_median(column) }}, count({{ column }}), null
    from ranked
    group by month_on
    {%- endfor %}
    {%- for chart, series, amount, out_of in [
        ('targets', 'response', 'response_met', 'response_judged'),
        ('targets', 'resolution', 'resolution_met', 'resolution_judged'),
        ('satisfaction', 'satisfied, of the answers', 'satisfied', 'answers'),
        ('satisfaction', 'answers, of closed tickets', 'answers', 'closed'),
    ] %}
    union all
    select '{{ chart }}', cast(cast(month_on as date) as {{ text }}), '{{ series }}', {{ amount }}, {{ out_of }}, null
    from month_of_teams
    {%- endfor %}
    union all
    select 'ageing', age_range, standing, count(*), null, null
    from open_ticket
    group by age_range, standing
    union all
    select 'workload', coalesce(agent_name, 'nobody'), standing, count(*), null, null
    from open_ticket
    group by agent_name, standing
    {%- for series, since, until in [('the 7 days before', -14, -7), ('the last 7 days', -7, 0)] %}
    union all
    select 'worked', coalesce(agent_name, 'unknown'), '{{ series }}', sum(hours), null, null
    from {{ ref('halo__agent_daily') }}
    where local_on > {{ halo_add_days(today, since) }} and local_on <= {{ halo_add_days(today, until) }}
        and hours > 0
    group by agent_name
    {%- endfor %}
    {%- for series, amount in [('chargeable', 'chargeable_hours'), ('not chargeable', 'hours - chargeable_hours')] %}
    union all
    select 'hours', cast(month_on as {{ text }}), '{{ series }}', {{ amount }}, null, null
    from agent_month
    where month_on > {{ first_month }}
    {%- endfor %}
    union all
    select 'clients', coalesce(client_name, 'no client'), 'hours', sum(hours), count(*), null
    from closed_ticket
    where closed_on > {{ halo_add_days(today, -90) }}
    group by client_name
    union all
    select 'approvals', concat(cast(ticket_id as {{ text }}), concat(' ', coalesce(summary, ''))), min(approver_name), max(waiting_hours) / 24, count(*), null
    from {{ ref('halo__approval') }}
    where is_waiting
    group by ticket_id, summary
    union all
    select 'trust', check_name, case when holds then 'holds' when not holds then 'does not hold' else 'nothing seen' end, rows_disagreeing, rows_seen, meaning
    from {{ ref('halo__trust') }}
)

select
    chart,
    cast(label as {{ text }}) as label,
    series,
    cast(amount as {{ halo_type_double() }}) as amount,
    cast(out_of as {{ halo_type_double() }}) as out_of,
    cast(note as {{ text }}) as note
from part
order by chart, label, series
