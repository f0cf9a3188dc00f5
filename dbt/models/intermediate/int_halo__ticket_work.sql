{#- Facts of a ticket from its actions. Without actions what they alone tell is null, not 0. -#}
select
    ticket_id,
    min(case when is_reply then acted_at end) as first_reply_at,
    {% if var('halo_using_action', true) -%}
    {{ halo_count_where('is_reply') }} as replies,
    count(distinct agent_id) as agents_involved,
    count(*) as actions,
    {%- else -%}
    cast(null as {{ dbt.type_bigint() }}) as replies,
    cast(null as {{ dbt.type_bigint() }}) as agents_involved,
    cast(null as {{ dbt.type_bigint() }}) as actions,
    {%- endif %}
    sum(hours) as hours,
    sum(chargeable_hours) as chargeable_hours
from {{ ref('int_halo__work') }}
group by ticket_id
