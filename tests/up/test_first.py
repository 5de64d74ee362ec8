"""What a first start says of how to sign in."""

import pytest
from click.testing import CliRunner

from app.demo import cli, county
from app.up import first

NAME = "GEZHI_SECOND_FACTOR"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(NAME, "")  # what the start sets is taken away again after the test
    monkeypatch.delenv(NAME)
    (tmp_path / first.PASSWORD).write_text("eight-boats-on-ice")
    return tmp_path


def test_a_demo_needs_no_second_factor_and_says_so(app, folder, capsys):
    app.config["SECOND_FACTOR"] = "required"
    first.ask_for_no_codes(app, folder)
    first.greet(folder, "http://127.0.0.1:8000")
    assert app.config["SECOND_FACTOR"] == "off"
    said = capsys.readouterr().out
    assert "演示不要求" in said
    assert "not required here, but of a real county" in said
    assert "security1 audit1" in said


def test_a_county_of_ones_own_needs_it_and_a_demo_whose_settings_ask_for_it(app, folder, tmp_path, monkeypatch, capsys):
    app.config["SECOND_FACTOR"] = "required"
    first.ask_for_no_codes(app, tmp_path / "another")
    assert app.config["SECOND_FACTOR"] == "required"
    monkeypatch.setenv(NAME, "required")
    first.ask_for_no_codes(app, folder)
    first.greet(folder, "http://127.0.0.1:8000")
    assert app.config["SECOND_FACTOR"] == "required"
    assert "Second factor" not in capsys.readouterr().out


@pytest.mark.parametrize(("password", "warned"), [("123456", True), ("eight-boats-on-ice", False)])
def test_a_demo_password_that_is_easily_guessed_is_taken_with_a_warning(app, monkeypatch, password, warned):
    monkeypatch.setattr(county, "make", lambda hashed: 1)
    app.config["DEMO_PASSWORD"] = password
    with app.app_context():
        result = CliRunner().invoke(cli.demo, [])
    assert result.exit_code == 0, result.output
    assert ("容易被猜到" in result.output) is warned
    assert "不要求二次验证" in result.output
