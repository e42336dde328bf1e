"""Orders of the judged visits with the item that each names (shapes supply and record)."""

# One row for each valid order of a judged visit. Its item is the national code, else the hospital's own code through the map
# of the visit's institution valid when the order was issued; code_key is NULL where neither names one.
VISIT_ORDER = """
SELECT drord.mdtrt_id, drord.drord_no, try_cast(drord.drord_type AS INT) AS drord_type, drord.drord_endtime,
    CAST(drord.exec_cnt * 10000 AS BIGINT) AS exec_cnt, CAST(drord.medn_used_sdose * 10000 AS BIGINT) AS dose,
    upper(trim(drord.medn_used_dosunt)) AS dose_unit, upper(trim(drord.medn_use_frqu)) AS frequency,
    coalesce(drord.code_key, mapped.code_key) AS code_key
FROM drord_d AS drord
JOIN judged_visit ON judged_visit.mdtrt_id = drord.mdtrt_id
JOIN visit ON visit.mdtrt_id = drord.mdtrt_id
LEFT JOIN medins_map_d AS mapped ON drord.med_list_codg IS NULL
    AND mapped.fixmedins_code = visit.fixmedins_code AND mapped.medins_list_codg = drord.medins_list_codg
    AND CAST(drord.drord_isu_time AS DATE) >= coalesce(mapped.begndate, DATE '1900-01-01')
    AND CAST(drord.drord_isu_time AS DATE) <= coalesce(mapped.enddate, DATE '9999-12-31')
WHERE coalesce(drord.vali_flag, 1) <> 0
"""
