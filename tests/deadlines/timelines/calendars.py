"""The calendar changes while limits run: a closed day (snow), a Saturday that is worked; each row in its own week."""

from tests.deadlines.timelines.play import Timeline as T

ROWS = (
    T("a day is closed while five days run",
      """3 to 10 March without Thursday the 5th: the 11th. The case, eight days from 08:50: Friday the 13th becomes
         the 16th.""",
      """03-03 08:50 filed D5
         03-03 09:00 dispatch
         03-03 15:00 off 03-05
         03-03 15:01 job""",
      """handle 03-11 09:00 runs
         case 03-16 08:50 runs"""),
    T("a day is closed while a case stands",
      """Four of five days were left on 8 April; from the 13th they are the 14th to the 17th, whatever became of the
         9th.""",
      """04-07 09:00 dispatched D5
         04-07 09:10 sign
         04-08 09:00 defer
         04-08 10:00 off 04-09
         04-08 10:01 job
         04-13 09:00 resume""",
      "handle 04-17 09:00 runs"),
    T("a Saturday is worked",
      "1,200 from Friday: 390; 450 on Saturday 16 May; 360 on Monday: 240 until noon, 120 from 14:30.",
      """05-15 09:00 dispatched H20
         05-15 10:00 worked 05-16
         05-15 10:01 job""",
      "handle 05-18 16:30 runs"),
    T("a day is closed under an urgent case whose ordinary end came first",
      "Two days ended on 4 June at 09:00, before 1,440 minutes from the marking; now on the 5th, after them.",
      """06-02 09:00 dispatched D2
         06-03 15:00 urgent
         06-03 16:00 off 06-04
         06-03 16:01 job""",
      "handle 06-04 15:00 runs"),
    T("a day is closed while the case is urgent, and it is cleared",
      "Five days from 7 July without the 9th.",
      """07-07 09:00 dispatched D5
         07-07 10:00 urgent
         07-07 11:00 off 07-09
         07-07 11:01 job
         07-07 12:00 calm""",
      "handle 07-15 09:00 runs"),
    T("a day is closed while a stage goes on that was entered again",
      "One of five days was used; four from 5 August 09:30 without the 7th: 6, 10, 11, 12.",
      """08-04 09:00 dispatched D5
         08-04 09:10 sign
         08-05 09:00 recall
         08-05 09:30 dispatch
         08-05 10:00 off 08-07
         08-05 10:01 job""",
      "handle 08-12 09:30 runs"),
    T("a day is closed in which an extension would have ended",
      """480 ended on Wednesday 9 September 09:30, granted until 11:30; without that day 90 are left for Thursday:
         09:30.""",
      """09-08 09:00 dispatched H8
         09-08 09:10 sign
         09-08 10:00 extend 09-09 11:30
         09-08 15:00 off 09-09
         09-08 15:01 job""",
      "handle 09-10 09:30 runs"),
    T("whoever acts before the job finds the new end",
      "Five days from 13 October without the 15th.",
      """10-13 09:00 dispatched D5
         10-13 15:00 off 10-15
         10-13 15:01 comment""",
      "handle 10-21 09:00 runs"),
    T("a date of a superior does not move",
      "Eight days from 3 November without the 5th end on the 16th; the superior wants it on the 6th.",
      """11-03 08:50 filed D5 source=superior due=11-06T10:00
         11-03 09:00 off 11-05
         11-03 09:01 job""",
      "case 11-06 10:00 runs"),
    T("what runs day and night does not move",
      "Four hours from 23:00; 2 December is closed.",
      """12-01 23:00 dispatched U4
         12-01 23:10 off 12-02
         12-01 23:11 job""",
      "handle 12-02 03:00 runs"),
    T("a day is closed between the end and the next step of lateness",
      """480 from Tuesday 18 August 09:00: 390, and 90 on the 19th: 09:30. Told by 11:30: desk, its leader, the duty
         officer. The centre's leader would hear a work day later: the 20th is closed, so on the 21st at 09:30, once.
         The case, 1,440: 390, 450, 450 on the 21st, 150 on the 24th: 10:30.""",
      """08-18 09:00 dispatched H8
         08-18 09:10 sign
         08-19 11:30 sweep
         08-19 12:00 off 08-20
         08-19 12:01 job
         08-20 09:30 sweep
         08-20 10:00 sweep
         08-21 09:30 sweep""",
      """handle 08-19 09:30 runs
         case 08-24 10:30 runs
         raised 2"""),
    T("a day is closed after the end, and no job has come yet",
      "As above, in the week of 25 August: whoever acts finds the 28th instead of the 27th.",
      """08-25 09:00 dispatched H8
         08-25 09:10 sign
         08-26 11:30 sweep
         08-26 12:00 off 08-27
         08-26 12:01 comment
         08-27 09:30 sweep
         08-27 10:00 sweep
         08-28 09:30 sweep""",
      """handle 08-26 09:30 runs
         raised 2"""),
)  # fmt: skip
