{#- All that differs from engine to engine. A moment is a UTC timestamp without zone; a zone is an
    SQL expression of an IANA name. -#}

{#- The type of a moment. -#}
{% macro halo_type_at() %}{{ return(adapter.dispatch('halo_type_at', 'halo')()) }}{% endmacro %}
{% macro default__halo_type_at() %}timestamp{% endmacro %}
{% macro snowflake__halo_type_at() %}timestamp_ntz{% endmacro %}
{% macro bigquery__halo_type_at() %}datetime{% endmacro %}
{% macro spark__halo_type_at() %}timestamp_ntz{% endmacro %}

{#- The type of a decimal number that is shown; sums are exact, in `numeric`. -#}
{% macro halo_type_double() %}{{ return(adapter.dispatch('halo_type_double', 'halo')()) }}{% endmacro %}
{% macro default__halo_type_double() %}double precision{% endmacro %}
{% macro bigquery__halo_type_double() %}float64{% endmacro %}
{% macro spark__halo_type_double() %}double{% endmacro %}

{#- The moment of a raw timestamp with zone, whatever the session's zone. -#}
{% macro halo_utc(column) %}{{ return(adapter.dispatch('halo_utc', 'halo')(column)) }}{% endmacro %}
{% macro default__halo_utc(column) %}({{ column }}) at time zone 'UTC'{% endmacro %}
{% macro snowflake__halo_utc(column) -%}
cast(convert_timezone('UTC', {{ column }}) as timestamp_ntz)
{%- endmacro %}
{% macro bigquery__halo_utc(column) %}datetime({{ column }}, 'UTC'){% endmacro %}
{% macro spark__halo_utc(column) -%}
convert_timezone(current_timezone(), 'UTC', cast({{ column }} as timestamp_ntz))
{%- endmacro %}

{#- The local timestamp of a moment. -#}
{% macro halo_local(at, zone) %}{{ return(adapter.dispatch('halo_local', 'halo')(at, zone)) }}{% endmacro %}
{% macro default__halo_local(at, zone) %}((({{ at }}) at time zone 'UTC') at time zone {{ zone }}){% endmacro %}
{% macro snowflake__halo_local(at, zone) %}convert_timezone('UTC', {{ zone }}, {{ at }}){% endmacro %}
{% macro redshift__halo_local(at, zone) %}convert_timezone('UTC', {{ zone }}, {{ at }}){% endmacro %}
{% macro bigquery__halo_local(at, zone) %}datetime(timestamp({{ at }}, 'UTC'), {{ zone }}){% endmacro %}
{% macro spark__halo_local(at, zone) %}convert_timezone('UTC', {{ zone }}, {{ at }}){% endmacro %}

{#- The moment of a local timestamp. -#}
{% macro halo_moment(local, zone) %}{{ return(adapter.dispatch('halo_moment', 'halo')(local, zone)) }}{% endmacro %}
{% macro default__halo_moment(local, zone) %}((({{ local }}) at time zone {{ zone }}) at time zone 'UTC'){% endmacro %}
{% macro snowflake__halo_moment(local, zone) %}convert_timezone({{ zone }}, 'UTC', {{ local }}){% endmacro %}
{% macro redshift__halo_moment(local, zone) %}convert_timezone({{ zone }}, 'UTC', {{ local }}){% endmacro %}
{% macro bigquery__halo_moment(local, zone) %}datetime(timestamp({{ local }}, {{ zone }}), 'UTC'){% endmacro %}
{% macro spark__halo_moment(local, zone) %}convert_timezone({{ zone }}, 'UTC', {{ local }}){% endmacro %}

{#- The whole microseconds from one moment to another. -#}
{% macro halo_microseconds(since, until) %}{{ return(adapter.dispatch('halo_microseconds', 'halo')(since, until)) }}{% endmacro %}
{% macro default__halo_microseconds(since, until) %}datediff(microsecond, {{ since }}, {{ until }}){% endmacro %}
{% macro duckdb__halo_microseconds(since, until) %}(epoch_us({{ until }}) - epoch_us({{ since }})){% endmacro %}
{% macro postgres__halo_microseconds(since, until) -%}
cast(extract(epoch from (({{ until }}) - ({{ since }}))) * 1000000 as bigint)
{%- endmacro %}
{% macro redshift__halo_microseconds(since, until) %}datediff(microsecond, {{ since }}, {{ until }}){% endmacro %}
{% macro bigquery__halo_microseconds(since, until) %}datetime_diff({{ until }}, {{ since }}, microsecond){% endmacro %}
{% macro spark__halo_microseconds(since, until) %}timestampdiff(microsecond, {{ since }}, {{ until }}){% endmacro %}

{#- The date so many days after another. -#}
{% macro halo_add_days(day, count) %}{{ return(adapter.dispatch('halo_add_days', 'halo')(day, count)) }}{% endmacro %}
{% macro default__halo_add_days(day, count) %}cast(dateadd(day, {{ count }}, {{ day }}) as date){% endmacro %}
{% macro duckdb__halo_add_days(day, count) %}({{ day }} + cast({{ count }} as integer)){% endmacro %}
{% macro postgres__halo_add_days(day, count) %}({{ day }} + cast({{ count }} as integer)){% endmacro %}
{% macro redshift__halo_add_days(day, count) %}cast(dateadd(day, cast({{ count }} as integer), {{ day }}) as date){% endmacro %}
{% macro bigquery__halo_add_days(day, count) %}date_add({{ day }}, interval {{ count }} day){% endmacro %}
{% macro spark__halo_add_days(day, count) %}date_add({{ day }}, cast({{ count }} as int)){% endmacro %}

{#- The local timestamp so many minutes after a date begins. -#}
{% macro halo_time_of(day, minutes) %}{{ return(adapter.dispatch('halo_time_of', 'halo')(day, minutes)) }}{% endmacro %}
{% macro default__halo_time_of(day, minutes) %}dateadd(minute, {{ minutes }}, cast({{ day }} as {{ halo_type_at() }})){% endmacro %}
{% macro duckdb__halo_time_of(day, minutes) %}(cast({{ day }} as timestamp) + to_minutes({{ minutes }})){% endmacro %}
{% macro postgres__halo_time_of(day, minutes) %}(cast({{ day }} as timestamp) + {{ minutes }} * interval '1 minute'){% endmacro %}
{% macro redshift__halo_time_of(day, minutes) %}dateadd(minute, cast({{ minutes }} as integer), cast({{ day }} as timestamp)){% endmacro %}
{% macro bigquery__halo_time_of(day, minutes) %}datetime_add(cast({{ day }} as datetime), interval {{ minutes }} minute){% endmacro %}
{% macro spark__halo_time_of(day, minutes) -%}
(cast({{ day }} as timestamp_ntz) + make_dt_interval(0, 0, cast({{ minutes }} as int), 0))
{%- endmacro %}

{#- The text that stands in a JSON column below these names. -#}
{% macro halo_json_text(column, names) %}{{ return(adapter.dispatch('halo_json_text', 'halo')(column, names)) }}{% endmacro %}
{% macro default__halo_json_text(column, names) -%}
json_extract_string({{ column }}, '$."{{ names | join('"."') | replace("'", "''") }}"')
{%- endmacro %}
{% macro postgres__halo_json_text(column, names) -%}
(cast({{ column }} as jsonb) #>> array['{{ names | join("', '") }}'])
{%- endmacro %}
{% macro redshift__halo_json_text(column, names) -%}
nullif(json_extract_path_text(json_serialize({{ column }}), '{{ names | join("', '") }}', true), '')
{%- endmacro %}
{% macro snowflake__halo_json_text(column, names) -%}
cast(get_path({{ column }}, '"{{ names | join('"."') }}"') as varchar)
{%- endmacro %}
{% macro bigquery__halo_json_text(column, names) %}json_value({{ column }}, '$."{{ names | join('"."') }}"'){% endmacro %}
{% macro spark__halo_json_text(column, names) -%}
get_json_object({{ column }}, "$['{{ names | join("']['") }}']")
{%- endmacro %}

{#- The type of a column that holds JSON. -#}
{% macro halo_type_json() %}{{ return(adapter.dispatch('halo_type_json', 'halo')()) }}{% endmacro %}
{% macro default__halo_type_json() %}json{% endmacro %}
{% macro postgres__halo_type_json() %}jsonb{% endmacro %}
{% macro snowflake__halo_type_json() %}variant{% endmacro %}
{% macro redshift__halo_type_json() %}super{% endmacro %}
{% macro spark__halo_type_json() %}string{% endmacro %}

{#- A raw column's name as the warehouse has it: some are reserved words. -#}
{% macro halo_quoted(name) %}{{ return(adapter.dispatch('halo_quoted', 'halo')(name)) }}{% endmacro %}
{% macro default__halo_quoted(name) %}{{ adapter.quote(name) }}{% endmacro %}
{% macro snowflake__halo_quoted(name) %}{{ adapter.quote(name | upper) }}{% endmacro %}
