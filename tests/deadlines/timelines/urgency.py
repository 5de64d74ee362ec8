"""Urgent (急要件) counts from the marking, day and night, and never beyond the end that held before. March 2026."""

from tests.deadlines.timelines.play import Timeline as T

_D5 = """03-03 08:50 filed D5
         03-03 09:00 dispatch
         03-03 09:10 sign"""
_H8 = """03-03 08:50 filed H8
         03-03 09:00 dispatch
         03-03 09:10 sign"""

ROWS = (
    T("marked in the evening",
      """Handling: 480 minutes day and night from 17:30: 01:30, before the ordinary 09:30. The case: 480 + 480 from
         17:30.""",
      f"""{_H8}
         03-03 17:30 urgent""",
      """handle 03-04 01:30 runs
         case 03-04 09:30 runs"""),
    T("marked shortly before the end",
      "480 from 09:00 would be 17:00; the ordinary end at 09:30 stays, for a marking gives no time.",
      f"""{_H8}
         03-04 09:00 urgent""",
      "handle 03-04 09:30 runs"),
    T("marked after the end",
      "The end was at 09:30 and stays there; done at 10:30 it is late, and was told of once.",
      f"""{_H8}
         03-04 09:40 sweep
         03-04 10:00 urgent
         03-04 10:10 sweep
         03-04 10:30 finish""",
      """handle 03-04 09:30 late
         told 1"""),
    T("marked on the third day, by the class's own figure",
      "Handling: 360 minutes from 10:00. The case: 360 + 480 = 14 hours: midnight.",
      f"""{_D5}
         03-05 10:00 urgent""",
      """handle 03-05 16:00 runs
         case 03-06 00:00 runs"""),
    T("marked where the class says nothing, by the county's figure",
      "Handling: 1,440 minutes from 15:00, before the ordinary end on the 5th. The case: eight hours more.",
      """03-03 09:00 dispatched D2
         03-03 15:00 urgent""",
      """handle 03-04 15:00 runs
         case 03-04 23:00 runs"""),
    T("marked late enough for the ordinary end to come first",
      "1,440 minutes from 15:00 on the 4th would be the 5th, 15:00; two working days end there at 09:00.",
      """03-03 09:00 dispatched D2
         03-04 15:00 urgent""",
      "handle 03-05 09:00 runs"),
    T("marked and cleared",
      "Two hours later the danger is past: five days from the dispatch, eight from the filing, as if nothing had been.",
      f"""{_D5}
         03-05 10:00 urgent
         03-05 12:00 calm""",
      """handle 03-10 09:00 runs
         case 03-13 08:50 runs"""),
    T("cleared with a deferral since",
      """Marked 10:00 until 16:00, deferred 11:00 with five hours left: Monday 11:00 to 16:00. Cleared there: the
         deferral took three working days, so the 10th has become the 13th.""",
      f"""{_D5}
         03-04 10:00 urgent
         03-04 11:00 defer
         03-09 11:00 resume
         03-09 12:00 calm""",
      "handle 03-13 09:00 runs"),
    T("marked, and what is left after a deferral",
      "The same before it is cleared: five hours from Monday 11:00.",
      f"""{_D5}
         03-04 10:00 urgent
         03-04 11:00 defer
         03-09 11:00 resume""",
      "handle 03-09 16:00 runs"),
    T("marked while it is deferred",
      "Nothing runs then: 360 minutes from the resuming at 10:00; the four days left would last until the 12th.",
      f"""{_D5}
         03-04 09:00 defer
         03-05 10:00 urgent
         03-06 10:00 resume""",
      "handle 03-06 16:00 runs"),
    T("an extension of what is urgent",
      "360 minutes from 10:00, granted until 18:00.",
      f"""{_D5}
         03-04 10:00 urgent
         03-04 11:00 extend 03-04 18:00""",
      "handle 03-04 18:00 runs"),
    T("cleared with an extension since",
      "Granted until 18:00 today; the ordinary end on the 10th is later, and holds again.",
      f"""{_D5}
         03-04 10:00 urgent
         03-04 11:00 extend 03-04 18:00
         03-04 17:00 calm""",
      "handle 03-10 09:00 runs"),
    T("an extension from before the marking waits",
      "Granted until 18:00 on the 11th; marked on the 4th: 360 minutes from 09:00.",
      f"""{_D5}
         03-03 10:00 extend 03-11 18:00
         03-04 09:00 urgent""",
      "handle 03-04 15:00 runs"),
    T("an extension from before the marking holds again when it is cleared",
      "Until 18:00 on the 11th.",
      f"""{_D5}
         03-03 10:00 extend 03-11 18:00
         03-04 09:00 urgent
         03-04 11:00 calm""",
      "handle 03-11 18:00 runs"),
    T("marked twice",
      "From 10:00: 18:00. Cleared at 11:00: tomorrow 09:30. Marked at 17:50: 480 minutes from there: 01:50.",
      f"""{_H8}
         03-03 10:00 urgent
         03-03 11:00 calm
         03-03 17:50 urgent""",
      "handle 03-04 01:50 runs"),
    T("marked on a Saturday night before anybody has accepted it",
      "60 working minutes from Friday 17:50 end on Monday at 08:50; 30 minutes from the marking at 22:00.",
      """03-06 17:50 report H8
         03-07 22:00 urgent""",
      "accept 03-07 22:30 runs"),
    T("marked before it is filed",
      "To file: ten minutes from 17:20, not from 17:10.",
      """03-03 17:00 report H8
         03-03 17:10 accept
         03-03 17:20 urgent""",
      "file 03-03 17:30 runs"),
    T("marked before it is signed for",
      "60 working minutes from 17:30 end tomorrow at 08:30; 30 minutes from 17:50.",
      """03-03 17:30 dispatched H8
         03-03 17:50 urgent""",
      "sign 03-03 18:20 runs"),
    T("urgent from the beginning, on a Saturday night",
      """To accept: 30 minutes from 22:00. To file: 10 from 22:20. To handle: 120 from 22:30. The case: 120 + 480
         from 22:25.""",
      """03-07 22:00 report E2
         03-07 22:20 accept
         03-07 22:25 file
         03-07 22:30 dispatch""",
      """accept 03-07 22:30 in_time
         file 03-07 22:30 in_time
         handle 03-08 00:30 runs
         case 03-08 08:25 runs"""),
    T("urgent from the beginning and cleared",
      "120 working minutes from Saturday 22:30 count from Monday 08:00.",
      """03-07 22:30 dispatched E2
         03-07 22:40 calm""",
      "handle 03-09 10:00 runs"),
    T("corrected to a class that is urgent",
      """A correction counts from the start: 120 working minutes from 09:00 are 11:00; the urgent 120 from 10:00
         would be noon.""",
      f"""{_H8}
         03-03 10:00 correct E2""",
      "handle 03-03 11:00 runs"),
    T("corrected to a class that is urgent, and back",
      "480 from 09:00, as before.",
      f"""{_H8}
         03-03 10:00 correct E2
         03-03 10:30 correct H8""",
      "handle 03-04 09:30 runs"),
    T("corrected while it is urgent",
      "The new class gives 360 minutes to what is urgent, counted from the marking at 10:00, not from the correction.",
      f"""{_H8}
         03-03 10:00 urgent
         03-03 11:00 correct D5""",
      "handle 03-03 16:00 runs"),
)  # fmt: skip
