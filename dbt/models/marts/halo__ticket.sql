{%- set durations = [
    'first_response', 'first_reply', 'first_resolution', 'resolution',
    'on_hold', 'waiting_for_user', 'in_work',
] %}
{#- Hours in a status of a kind say something only where the tenant's statuses of that kind are known. #}
{%- set unknown = [] %}
{%- if not var('halo_hold_status_ids') %}{% do unknown.append('on_hold') %}{% endif %}
{%- if not var('halo_waiting_for_user_status_ids') %}{% do unknown.append('waiting_for_user') %}{% endif %}
{%- if unknown | length == 2 %}{% do unknown.append('in_work') %}{% endif %}
select
    ticket.ticket_id,
    ticket.summary,
    ticket.ticket_type_id,
    ticket.ticket_type_name,
    ticket.itil_request_type_id,
    ticket.itil_name,
    ticket.status_id,
    ticket.status_name,
    ticket.priority_id,
    ticket.priority_name,
    ticket.sla_id,
    ticket.sla_name,
    ticket.team_id,
    ticket.team_name,
    ticket.agent_id,
    ticket.agent_name,
    ticket.client_id,
    ticket.client_name,
    ticket.site_id,
    ticket.site_name,
    ticket.user_id,
    ticket.user_name,
    ticket.category_id,
    ticket.category_name,
    ticket.parent_ticket_id,
    ticket.merged_into_ticket_id,
    ticket.is_merged,
    not ticket.is_closed and not ticket.is_merged as is_open,
    {% if var('halo_hold_status_ids') -%}
    ticket.is_in_hold_status and not ticket.is_merged as is_on_hold,
    {%- else -%}
    cast(null as {{ dbt.type_boolean() }}) as is_on_hold,
    {%- endif %}
    ticket.opened_at,
    {{ halo_day('ticket.opened_at') }} as opened_on,
    metric.responded_at,
    metric.first_reply_at,
    metric.first_resolved_at,
    metric.closed_at,
    {{ halo_day('metric.closed_at') }} as closed_on,
    ticket.updated_at,
    metric.response_due_at,
    metric.resolution_due_at,
    response.is_met as is_response_met,
    resolution.is_met as is_resolution_met,
    response.state as response_state,
    resolution.state as resolution_state,
    {%- for name in durations %}
    {%- for working in ['', 'working_'] %}
    {%- if name in unknown %}
    cast(null as {{ halo_type_double() }}) as {{ name }}_{{ working }}hours,
    {%- else %}
    {{ halo_hours('metric.' ~ name ~ '_' ~ working ~ 'duration') }} as {{ name }}_{{ working }}hours,
    {%- endif %}
    {%- endfor %}
    {%- endfor %}
    case
        when not metric.is_closed
            then {{ halo_hours_between('metric.opened_at', halo_now()) }}
    end as age_hours,
    metric.reopenings,
    metric.replies,
    metric.agents_involved,
    metric.actions,
    metric.reassign_count,
    case
        when metric.is_closed then metric.reopenings = 0 and metric.replies = 1
    end as is_one_touch,
    cast(metric.hours as {{ halo_type_double() }}) as hours,
    cast(metric.chargeable_hours as {{ halo_type_double() }}) as chargeable_hours,
    metric.sla_hold_time,
    metric.sla_response_state,
    metric.satisfaction_level,
    {{ halo_is_satisfied('metric.satisfaction_level') }} as is_satisfied,
    metric.inferred_spans > 0 as has_inferred_status
    {%- for field in var('halo_custom_fields') %},
    {{ halo_json_text('ticket.custom_fields', [field['name'], 'display']) }} as {{ field['alias'] }}
    {%- endfor %}
from {{ ref('int_halo__ticket') }} as ticket
left join {{ ref('int_halo__ticket_metric') }} as metric on ticket.ticket_id = metric.ticket_id
left join {{ ref('halo__sla_target') }} as response
    on ticket.ticket_id = response.ticket_id and response.kind = 'response'
left join {{ ref('halo__sla_target') }} as resolution
    on ticket.ticket_id = resolution.ticket_id and resolution.kind = 'resolution'
