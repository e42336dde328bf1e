"""Chinese words for the codes that a finding's sentence names."""

SEX = {"1": "男", "2": "女"}
AGE_UNIT = {"year": "岁", "month": "个月", "day": "天"}
VISIT_CLASS = {
    "OTP": "普通门诊",
    "EMERG": "急诊",
    "OPSP": "门诊慢特病",
    "IPT": "住院",
    "DAYSURG": "日间手术",
    "PHARM": "药店购药",
    "MATN": "生育",
    "TRAUMA": "意外伤害",
}
INSURANCE = {"injury": "工伤", "maternity": "生育"}
WINDOW = {
    "rx": "处方",
    "day": "就诊日",
    "visit": "次就诊",
    "person_day": "人日",
    "stay": "住院日",
    "block": "周期",
    "week": "周",
    "month": "月",
    "quarter": "季",
    "year": "年",
    "course": "疗程",
}
MATN_STAS = {"0": "未知", "1": "否", "2": "备孕", "3": "妊娠", "4": "哺乳"}
