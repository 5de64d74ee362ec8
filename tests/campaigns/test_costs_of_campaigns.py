"""What a campaign reads is its own: neither other campaigns nor what plans have made."""

from tests.factories import campaigns


def test_progress_and_findings_read_the_rounds_of_the_campaign_alone(histories):
    histories.hold("progress", lambda town: town.supervisor.get(f"campaigns/{town.campaign_id}"))
    histories.hold("findings", lambda town: town.supervisor.get(f"campaigns/{town.campaign_id}/findings"))
    histories.hold("the list", lambda town: town.supervisor.get("campaigns"))


def test_reminders_and_the_sweep_look_at_what_runs(histories):
    histories.hold_work("reminders", campaigns.remind)
    histories.hold_work("the sweep", campaigns.sweep)
