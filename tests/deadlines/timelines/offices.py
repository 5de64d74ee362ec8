"""Nights, lunch, weekends, holidays and make-up days of 2026, by the office calendar: 08:00-12:00 and 14:30-18:00.

Off: 1-3 January, 15-23 February, 4-6 April, 1-5 May, 19-21 June, 25-27 September, 1-7 October.
Worked: Sundays 4 January and 20 September, Saturdays 14 and 28 February, 9 May, 10 October.
"""

from tests.deadlines.timelines.play import Timeline as T

ROWS = (
    T("a lunch lies between",
      "60 working minutes from 11:30: 30 until noon, 30 from 14:30.",
      "03-03 11:30 report H8",
      "accept 03-03 15:00 runs"),
    T("a limit that fills a window ends as it closes",
      "60 minutes from 17:00 on the Friday before Qingming are over at 18:00, not on Tuesday morning.",
      "04-03 17:00 report H8",
      "accept 04-03 18:00 runs"),
    T("one minute more lasts over Qingming",
      "From 17:01: 59 minutes until 18:00; 4-6 April are off, the last minute is Tuesday's first.",
      "04-03 17:01 report H8",
      "accept 04-07 08:01 runs"),
    T("a weekend lies between",
      "60 minutes from Friday 17:30: 30 until 18:00, 30 on Monday from 08:00. Accepted at 08:20 it is in time.",
      """03-06 17:30 report H8
         03-09 08:20 accept""",
      """accept 03-09 08:30 in_time
         file 03-09 08:50 runs"""),
    T("a report of the night begins in the morning",
      "22:00 is nobody's time: 60 minutes from 08:00.",
      "03-03 22:00 report H8",
      "accept 03-04 09:00 runs"),
    T("a report of a Saturday begins on Monday",
      "An ordinary Saturday is off: 60 minutes from Monday 08:00.",
      "03-07 10:00 report H8",
      "accept 03-09 09:00 runs"),
    T("a Sunday that is worked",
      "4 January is a make-up Sunday: 20 minutes until 18:00, 40 on Monday.",
      "01-04 17:40 report H8",
      "accept 01-05 08:40 runs"),
    T("a Saturday that is worked before the Spring Festival",
      "14 February is worked: 30 minutes on Friday until 18:00, 30 on Saturday.",
      "02-13 17:30 report H8",
      "accept 02-14 08:30 runs"),
    T("the Spring Festival",
      "30 minutes on Saturday 14 February; 15-23 are off; 30 on Tuesday the 24th.",
      "02-14 17:30 report H8",
      "accept 02-24 08:30 runs"),
    T("eight working hours over the Spring Festival",
      """Handling, 480 from 10:00 on the 14th: 120 + 210 that day, 150 left, on the 24th until 10:30.
         The case, 480 + 960 from 09:40: 140 + 210 = 350; 24th and 25th 450 each = 1,250; 190 on the 26th: 11:10.""",
      """02-14 09:40 filed H8
         02-14 10:00 dispatch""",
      """handle 02-24 10:30 runs
         case 02-26 11:10 runs"""),
    T("two working days over Labour Day",
      "From Thursday 30 April 15:30: 1-5 May are off, so the 6th is the first day, the 7th the second.",
      "04-30 15:30 dispatched D2",
      "handle 05-07 15:30 runs"),
    T("five working days over Labour Day, with the Saturday that makes up for it",
      "6, 7, 8, 9 (a Saturday that is worked) and 11 May.",
      "04-30 09:00 dispatched D5",
      "handle 05-11 09:00 runs"),
    T("calendar days know no holiday, the whole case does",
      """Handling: three days of 24 hours. The case: the centre works by office hours, so 3 + 3 working days from 09:50:
         6, 7, 8, 9, 11, 12 May.""",
      """04-30 09:50 filed C3
         04-30 10:00 dispatch""",
      """handle 05-03 10:00 runs
         case 05-12 09:50 runs"""),
    T("hours that run day and night before the Dragon Boat Festival",
      """Handling: four hours from 17:00. The case: 240 + 960 working minutes from 16:50: 70; 22nd and 23rd 450 each
         = 970; 230 on the 24th: 11:50 (19-21 June are off).""",
      """06-18 16:50 filed U4
         06-18 17:00 dispatch""",
      """handle 06-18 21:00 runs
         case 06-24 11:50 runs"""),
    T("a Saturday off before a Sunday that is worked",
      "Dispatched on Saturday 19 September: 450 minutes on Sunday the 20th, 30 on Monday.",
      "09-19 10:00 dispatched H8",
      "handle 09-21 08:30 runs"),
    T("twenty working hours over the National Day",
      "1,200: 210 on 30 September, 450 on the 8th and 9th each = 1,110, 90 on Saturday 10 October, which is worked.",
      "09-30 14:30 dispatched H20",
      "handle 10-10 09:30 runs"),
    T("two working days, one of them a Saturday",
      "From Friday 9 October 11:00: Saturday the 10th is worked, then Monday.",
      "10-09 11:00 dispatched D2",
      "handle 10-12 11:00 runs"),
    T("working days of a case dispatched in the evening",
      "20:00 counts from the next morning: two days from 08:00 on the 4th.",
      "03-03 20:00 dispatched D2",
      "handle 03-06 08:00 runs"),
    T("working days of a case dispatched at lunch",
      "13:00 counts from 14:30.",
      "03-03 13:00 dispatched D2",
      "handle 03-05 14:30 runs"),
    T("signed one minute late on Monday, which moves nothing",
      """To sign: 30 minutes on Friday, 30 on Monday: 08:30. Handling began with the dispatch: 30 on Friday, 450 on
         Monday, which fills the day.""",
      """03-06 17:30 dispatched H8
         03-09 08:31 sign""",
      """sign 03-09 08:30 late
         handle 03-09 18:00 runs"""),
    T("handling that begins with the signature",
      "Two working days from 09:40.",
      """03-03 09:00 dispatched S2
         03-03 09:40 sign""",
      """sign 03-03 10:00 in_time
         handle 03-05 09:40 runs"""),
    T("handling that begins where the time to sign is over",
      """Nobody signed until 10:00, so two working days from there, though the sweep comes at 10:05 and the name at
         16:00.""",
      """03-03 09:00 dispatched S2
         03-03 10:05 sweep
         03-03 16:00 sign""",
      """sign 03-03 10:00 late
         handle 03-05 10:00 runs"""),
)  # fmt: skip
