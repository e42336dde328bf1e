"""Settings: where values come from, what is refused and in which words."""

import pickle
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from jobs.settings import DEPTHS, Settings, load_settings
from jobs.settings_model import PROJECT
from lake.errors import BadInput
from rules.catalogue import RULE_TYPES


def settings(*overrides: str, **environment: str) -> Settings:
    return load_settings(overrides, environment=environment)


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """A copy of conf/ that a test may change."""
    for name in ("base.yaml", "profile.yaml"):
        (tmp_path / name).write_text((PROJECT / "conf" / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def refusal(*overrides: str, conf_dir: Path | None = None, **environment: str) -> str:
    with pytest.raises(BadInput) as refused:
        load_settings(overrides, conf_dir, environment)
    assert refused.value.exit_code == 2
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_defaults_are_the_contracts() -> None:
    given = settings()
    assert (given.history_from, given.as_of, given.sample_share) == (None, None, Decimal("0.02"))
    assert (given.identity.mode, given.gate.mode, given.refuse.include_drg) == ("hmac", "enforce", False)
    guard = given.guard
    assert (guard.candidates_per_line, guard.flagged_share, guard.min_lines) == (200, Decimal("0.05"), 10000)
    assert (guard.shape_seconds, guard.types) == (3600, {})
    assert given.hosp_rank == {1: 3, 2: 3, 3: 3, 4: 3, 5: 2, 6: 2, 7: 2, 8: 1, 9: 1, 10: 1, 11: 0}
    assert given.med_class == {
        "11": "OTP",
        "13": "EMERG",
        "14": "OPSP",
        "21": "IPT",
        "2108": "DAYSURG",
        "22": "TRAUMA",
        "41": "PHARM",
        "51": "MATN",
        "52": "MATN",
        "23": "IPT",
        "24": "IPT",
        "28": "DAYSURG",
    }
    assert given.inpatient_prefixes == ("2", "52")


def test_a_dose_frequency_is_an_exact_fraction() -> None:
    assert settings().dose_frequency == {
        "QD": 1,
        "BID": 2,
        "TID": 3,
        "QID": 4,
        "QN": 1,
        "Q12H": 2,
        "Q8H": 3,
        "Q6H": 4,
        "Q4H": 6,
        "QOD": Fraction(1, 2),
        "QW": Fraction(1, 7),
    }


def test_set_replaces_and_adds_entries() -> None:
    given = settings(
        "med_class.2108=IPT",
        "dose_frequency.qd=2",
        "dose_frequency.B.I.D.=2",
        "dose_frequency.每周三次=3/7",
        "hosp_rank.03=2",
        "inpatient_prefixes=2;52;9",
        "region.codes.gend.男=1",
        "spark.conf.spark.executor.memory=8g",
    )
    assert given.med_class["2108"] == "IPT"
    assert given.dose_frequency["QD"] == 2
    assert given.dose_frequency["B.I.D."] == 2
    assert given.dose_frequency["每周三次"] == Fraction(3, 7)
    assert given.hosp_rank[3] == 2
    assert given.inpatient_prefixes == ("2", "52", "9")
    assert given.region.codes == {"gend": {"男": "1"}}
    assert given.spark.conf == {"spark.executor.memory": "8g"}


def test_a_rule_type_may_have_guards_of_its_own() -> None:
    assert settings("guard.types.V17.flagged_share=0.2").guard.types == {"V17": {"flagged_share": Decimal("0.2")}}


def test_an_empty_entry_takes_one_out() -> None:
    assert "28" not in settings("med_class.28=").med_class


def test_the_last_set_wins() -> None:
    assert settings("as_of=2025-03-30", "as_of=2025-03-31").as_of == date(2025, 3, 31)


def test_a_sites_file_holds_only_differences(conf: Path) -> None:
    (conf / "county.yaml").write_text("gate: {mode: report}\nmed_class: {99: OTP}\n", encoding="utf-8")
    given = load_settings(["gate.mode=enforce"], conf, {"FUNDGUARD_ENV": "county"})
    assert (given.gate.mode, given.med_class["99"], given.med_class["11"]) == ("enforce", "OTP", "OTP")


def test_a_sites_file_that_is_not_there_is_refused(conf: Path) -> None:
    assert refusal(conf_dir=conf, FUNDGUARD_ENV="city") == ("conf/city.yaml is missing; the folder holds base.yaml, profile.yaml")
    assert "must be the name of a file in conf/" in refusal(conf_dir=conf, FUNDGUARD_ENV="../city")


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("gate.mod=report", "--set: there is no setting 'gate.mod'; known are gate.mode, gate.min_rows,"),
        ("medclass.28=IPT", "--set: there is no setting 'medclass.28'; known are med_class.<med_type prefix>,"),
        ("guard=1", "--set: there is no setting 'guard'; known are "),
        ("region.codes.gend=1", "known are region.codes.<column>.<its value>,"),
        ("identity.key=secret", "--set: there is no setting 'identity.key'; known are identity.mode,"),
        ("sample_share", "--set sample_share: write it as key=value"),
    ],
)
def test_an_unknown_key_is_refused_with_the_known_ones(override: str, said: str) -> None:
    assert said in refusal(override)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("sample_share=1.01", "--set: sample_share is '1.01'; it must be less than or equal to 1"),
        ("sample_share=-0.01", "--set: sample_share is '-0.01'; it must be greater than or equal to 0"),
        ("sample_share=nan", "--set: sample_share is 'nan'; it must be a finite number"),
        ("history_from=20250101", "history_from is '20250101'; it must be a date like 2025-03-31, or empty"),
        ("as_of=2025-02-30", "as_of is '2025-02-30'; it must be a date that exists, like 2025-03-31, or empty"),
        ("gate.mode=off", "gate.mode is 'off'; it must be 'enforce' or 'report'"),
        ("refuse.include_drg=yes", "refuse.include_drg is 'yes'; it must be true or false"),
        ("guard.min_lines=1.5", "guard.min_lines is '1.5'; it must be a valid integer"),
        ("guard.types.V99.flagged_share=1", "guard.types.V99.flagged_share: its name; it must be a rule type, one of V01"),
        ("guard.types.V17.min_lines=1", "guard.types.V17.min_lines: its name; it must be 'candidates_per_line' or"),
        ("guard.shape_seconds=0", "guard.shape_seconds is '0'; it must be greater than 0"),
        ("med_class.28=DAY", "med_class.28 is 'DAY'; it must be 'OTP', 'EMERG',"),
        ("med_class.2'=IPT", "med_class.2': its name; it must be a code prefix of letters and digits"),
        ("inpatient_prefixes=2;5%", "inpatient_prefixes is '2;5%'; it must be a code prefix of letters and digits"),
        ("hosp_rank.11=4", "hosp_rank.11 is '4'; it must be less than or equal to 3"),
        ("dose_frequency.QD=0", "dose_frequency.QD is '0'; it must be a number or fraction above 0"),
        ("dose_frequency.QD=1/0", "dose_frequency.QD is '1/0'; it must be a number or fraction above 0"),
        ("dose_frequency.Q'D=1", "dose_frequency.Q'D: its name; it must be a text without quotes"),
        ("case.prior.V99=0.5", "case.prior.V99: its name; it must be a rule type, one of V01,"),
        ("region.codes.sex.男=1", "region.codes.sex.男: its name; it must be a column of a landing table"),
        ("spark.driver_memory=4", "spark.driver_memory is '4'; it must be a size like 4g or 900m"),
    ],
)
def test_a_wrong_value_is_refused_with_what_would_be_right(override: str, said: str) -> None:
    assert said in refusal(override)


def test_a_missing_key_is_refused(conf: Path) -> None:
    text = (conf / "base.yaml").read_text(encoding="utf-8")
    (conf / "base.yaml").write_text(text.replace("sample_share: 0.02", ""), encoding="utf-8")
    assert refusal(conf_dir=conf) == "conf/base.yaml: the setting sample_share is missing"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("as_of: 2025-03-31\nas_of: 2025-03-30\n", "conf/county.yaml, line 1: 'as_of' stands there twice"),
        ("med_class: {11: OTP\n", "conf/county.yaml, line 2: "),
        ("inpatient_prefixes: [2, 52]\n", "conf/county.yaml: inpatient_prefixes is a YAML list"),
        ("gates: {mode: report}\n", "conf/county.yaml: there is no setting 'gates.mode'; known are gate.mode,"),
        ("guard: {min_lines: few}\n", "conf/county.yaml: guard.min_lines is 'few'; it must be a valid integer"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name(conf: Path, text: str, said: str) -> None:
    (conf / "county.yaml").write_text(text, encoding="utf-8")
    assert said in refusal(conf_dir=conf, FUNDGUARD_ENV="county")


def test_a_heading_without_entries_changes_nothing(conf: Path) -> None:
    (conf / "county.yaml").write_text("med_class:\n  # 99: OTP\nguard:\n", encoding="utf-8")
    assert load_settings((), conf, {"FUNDGUARD_ENV": "county"}) == load_settings((), conf, {})


def test_hmac_without_a_key_is_refused_when_the_key_is_wanted() -> None:
    with pytest.raises(BadInput, match="put its key into the environment variable FUNDGUARD_IDENTITY_KEY"):
        settings(FUNDGUARD_IDENTITY_KEY="  ").identity_key()


def test_the_key_comes_from_the_environment_and_is_never_shown() -> None:
    given = settings(FUNDGUARD_IDENTITY_KEY="county-secret")
    assert given.identity_key() == b"county-secret"
    assert "county-secret" not in f"{given!r}{given}{given.model_dump()}{given.model_dump_json()}"


def test_clear_mode_has_no_key() -> None:
    assert settings("identity.mode=clear", FUNDGUARD_IDENTITY_KEY="county-secret").identity_key() is None


def test_every_rule_type_has_a_prior_of_its_own_or_of_its_kind() -> None:
    priors = settings("case.prior.S03=0.4").case.priors()
    assert list(priors) == list(RULE_TYPES)
    assert (priors["V04"], priors["S04"], priors["S03"]) == (Decimal("0.80"), Decimal("0.30"), Decimal("0.4"))


@pytest.mark.parametrize(
    ("override", "moves_results", "moves_publication"),
    [
        ("spark.shuffle_partitions=9", False, False),
        ("gate.mode=report", False, False),
        ("case.prior.V01=0.1", False, True),
        ("sample_share=0.03", False, True),
        ("refuse.include_drg=true", True, True),
        ("dose_frequency.QW=1/6", True, True),
        ("region.drop_leading_zeros=gend", True, True),
        ("med_class.11=OTP", False, False),
    ],
)
def test_a_digest_moves_with_what_it_stands_for(override: str, moves_results: bool, moves_publication: bool) -> None:
    before, after = settings(), settings(override)
    assert (before.result_digest() != after.result_digest()) is moves_results
    assert (before.publication_digest() != after.publication_digest()) is moves_publication


def test_sparks_properties_are_its_settings_and_the_sites() -> None:
    given = settings("spark.ui=true", "spark.conf.spark.executor.memory=8g", "spark.local_dir=/fast/disk").spark
    assert given.properties() == {
        "spark.ui.enabled": "true",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.executor.memory": "8g",
    }
    assert given.scratch() == Path("/fast/disk")


def test_the_jars_are_those_of_the_jars_folder(tmp_path: Path) -> None:
    for name in ("delta-storage-4.4.0.jar", "delta-spark_4.2_2.13-4.4.0.jar", "hadoop-aws.jar"):
        (tmp_path / name).touch()
    jars = settings(f"spark.jars_dir={tmp_path}").spark.jars()
    assert [jar.name for jar in jars] == ["delta-spark_4.2_2.13-4.4.0.jar", "delta-storage-4.4.0.jar"]


def test_settings_can_be_sent_to_another_process() -> None:
    given = settings("as_of=2025-03-31")
    assert pickle.loads(pickle.dumps(given)) == given  # noqa: S301  (made here)


def test_every_setting_has_a_comment_above_it() -> None:
    names = {name.rpartition(".")[2] for name in DEPTHS}
    bare = []
    for file in ("base.yaml", "profile.yaml"):
        lines = (PROJECT / "conf" / file).read_text(encoding="utf-8").splitlines()
        settings_at = [at for at, line in enumerate(lines) if line.partition(":")[0].strip() in names]
        bare += [lines[at] for at in settings_at if not lines[at - 1].strip().startswith("#")]
    assert bare == []
