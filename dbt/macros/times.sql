{#- Moments, days and durations, the same on every engine. -#}

{#- The moment of this build: one for all models. -#}
{% macro halo_now() -%}
cast('{{ var("halo_now") or run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as {{ halo_type_at() }})
{%- endmacro %}

{#- The local date of a moment in `halo_timezone`. -#}
{% macro halo_day(at) -%}
cast({{ halo_local(at, "'" ~ var('halo_timezone') ~ "'") }} as date)
{%- endmacro %}

{#- Decimal hours of whole microseconds; null where they are negative. -#}
{% macro halo_hours(microseconds) -%}
case
    when {{ microseconds }} >= 0
        then cast({{ microseconds }} as {{ halo_type_double() }}) / 3600000000
end
{%- endmacro %}

{#- Decimal hours from one moment to another; null where they would be negative. -#}
{% macro halo_hours_between(since, until) -%}
{{ halo_hours(halo_microseconds(since, until)) }}
{%- endmacro %}

{#- Whether a number is one of a variable's: false where it is null or the list empty. -#}
{% macro halo_is_one_of(column, variable) -%}
{%- set ids = var(variable) -%}
{%- if ids %}coalesce({{ column }} in ({{ ids | join(', ') }}), false){% else %}(1 = 0){% endif -%}
{%- endmacro %}

{#- How many intervals of work a day has at most: more than one where `halo_business_hours` has breaks. -#}
{% macro halo_interval_count() -%}
{%- set counts = [1] -%}
{%- for intervals in var('halo_business_hours').values() %}{% do counts.append(intervals | length) %}{% endfor -%}
{{ return(counts | max) }}
{%- endmacro %}

{#- The microseconds of work between the calendar's beginning and a moment, by the calendar's row of the
    moment's UTC date. -#}
{% macro halo_worked_until(at, calendar) -%}
(
    {{ calendar }}.worked_before_previous
    {%- for day in ['previous_', '', 'next_'] %}
    {%- for number in range(1, halo_interval_count() + 1) %}
    {%- set opens = calendar ~ '.' ~ day ~ 'opens_' ~ number ~ '_at' %}
    {%- set closes = calendar ~ '.' ~ day ~ 'closes_' ~ number ~ '_at' %}
    + case
        when {{ opens }} is null or {{ at }} <= {{ opens }} then 0
        when {{ at }} < {{ closes }} then {{ halo_microseconds(opens, at) }}
        else {{ halo_microseconds(opens, closes) }}
    end
    {%- endfor %}
    {%- endfor %}
)
{%- endmacro %}

{#- The microseconds of work between two moments. -#}
{% macro halo_worked_between(since, since_calendar, until, until_calendar) -%}
case
    when {{ since }} <= {{ until }}
        then {{ halo_worked_until(until, until_calendar) }} - {{ halo_worked_until(since, since_calendar) }}
end
{%- endmacro %}

{#- Whether a level of satisfaction is one of `halo_satisfied_levels`; null without a level, and where
    the variable is empty. -#}
{% macro halo_is_satisfied(level) -%}
{%- set levels = var('halo_satisfied_levels') -%}
{%- if levels %}{{ level }} in ({{ levels | join(', ') }}){% else %}cast(null as {{ dbt.type_boolean() }}){% endif -%}
{%- endmacro %}

{#- The median of a column within a group, by two columns that `halo_ranked` made. -#}
{% macro halo_median(column) -%}
avg(case
    when 2 * {{ column }}_rank >= {{ column }}_count and 2 * {{ column }}_rank <= {{ column }}_count + 2
        then {{ column }}
end)
{%- endmacro %}

{#- The rank of each row that has a value, and how many have one: the middle ones make the median. -#}
{% macro halo_ranked(column, group) -%}
row_number() over (
    partition by {{ group }} order by case when {{ column }} is null then 1 else 0 end, {{ column }}
) as {{ column }}_rank,
count({{ column }}) over (partition by {{ group }}) as {{ column }}_count
{%- endmacro %}

{#- How many rows of a group a condition holds for. -#}
{% macro halo_count_where(condition) -%}
cast(sum(case when {{ condition }} then 1 else 0 end) as {{ dbt.type_bigint() }})
{%- endmacro %}
