{%- set measures = ['first_response_duration', 'resolution_duration'] %}
with
closed as (
    select
        ticket.*,
        cast({{ dbt.date_trunc('month', halo_day('ticket.closed_at')) }} as date) as month_on,
        response.is_met as is_response_met,
        resolution.is_met as is_resolution_met,
        {%- for measure in measures %}
        case when ticket.{{ measure }} >= 0 then ticket.{{ measure }} end as {{ measure }}_kept,
        {%- endfor %}
        {{ halo_is_satisfied('ticket.satisfaction_level') }} as is_satisfied
    from {{ ref('int_halo__ticket_metric') }} as ticket
    left join {{ ref('halo__sla_target') }} as response
        on ticket.ticket_id = response.ticket_id and response.kind = 'response'
    left join {{ ref('halo__sla_target') }} as resolution
        on ticket.ticket_id = resolution.ticket_id and resolution.kind = 'resolution'
    where ticket.closed_at is not null
),

ranked as (
    select
        closed.*
        {%- for measure in measures %},
        {{ halo_ranked(measure ~ '_kept', 'month_on, group_key') }}
        {%- endfor %}
    from closed
),

counted as (
    select
        month_on,
        group_key,
        max(team_id) as team_id,
        max(team_name) as team_name,
        max(ticket_type_id) as ticket_type_id,
        max(ticket_type_name) as ticket_type_name,
        max(priority_id) as priority_id,
        max(priority_name) as priority_name,
        count(*) as closed,
        {%- for measure in measures %}
        {{ halo_median(measure ~ '_kept') }} as {{ measure }}_median,
        sum({{ measure }}_kept) as {{ measure }}_sum,
        count({{ measure }}_kept) as {{ measure }}_count,
        {%- endfor %}
        {%- for kind in ['response', 'resolution'] %}
        {{ halo_count_where('is_' ~ kind ~ '_met') }} as {{ kind }}_met,
        count(is_{{ kind }}_met) as {{ kind }}_judged,
        {%- endfor %}
        {{ halo_count_where('reopenings > 0') }} as reopened,
        {{ halo_count_where('reopenings = 0 and replies = 1') }} as one_touch,
        count(satisfaction_level) as answers,
        {{ halo_count_where('is_satisfied') }} as satisfied
    from ranked
    group by month_on, group_key
)

select
    month_on,
    team_id,
    team_name,
    ticket_type_id,
    ticket_type_name,
    priority_id,
    priority_name,
    closed,
    {%- for measure in measures %}
    {%- set name = measure | replace('_duration', '') %}
    cast({{ measure }}_median as {{ halo_type_double() }}) / 3600000000 as {{ name }}_hours_median,
    cast({{ measure }}_sum as {{ halo_type_double() }}) / nullif({{ measure }}_count, 0) / 3600000000
        as {{ name }}_hours_mean,
    {%- endfor %}
    {%- for kind in ['response', 'resolution'] %}
    {{ kind }}_met,
    {{ kind }}_judged,
    cast({{ kind }}_met as {{ halo_type_double() }}) / nullif({{ kind }}_judged, 0) as {{ kind }}_met_rate,
    {%- endfor %}
    reopened,
    {{ 'one_touch' if var('halo_using_action', true) else 'cast(null as ' ~ dbt.type_bigint() ~ ') as one_touch' }},
    answers,
    cast(answers as {{ halo_type_double() }}) / closed as answer_rate,
    {%- if var('halo_satisfied_levels') %}
    satisfied,
    cast(satisfied as {{ halo_type_double() }}) / nullif(answers, 0) as satisfied_rate
    {%- else %}
    cast(null as {{ dbt.type_bigint() }}) as satisfied,
    cast(null as {{ halo_type_double() }}) as satisfied_rate
    {%- endif %}
from counted
