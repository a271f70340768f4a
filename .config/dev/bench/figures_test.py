"""What the load tools say, as they said it, and what is made of it. Prints a line per test: ok or FAIL."""

import sys
import unittest

import chores
import figures
import kafkaperf
import perftest

PERFTEST = """id: test-1, starting producer #0
id: test-1, time 4.0 s, sent: 9 msg/s, received: 9 msg/s, min/median/75th/95th/99th consumer latency: 1/9/9/9/9 ms
id: test-1, time 5.0 s, sent: 1,000 msg/s, received: 1,100 msg/s, min/median/75th/95th/99th consumer latency: 1/2/3/4/5 ms
id: test-1, time 6.0 s, sent: 1000 msg/s, received: 900 msg/s, min/median/75th/95th/99th consumer latency: 1/4000/5/6/7000 µs
id: test-1, time 6.1 s, sent: 10 msg/s, received: 10 msg/s, min/median/75th/95th/99th consumer latency: 1/9/9/9/9 ms
id: test-1, receiving rate avg: 5052 msg/s
"""
EACH_SECOND = """2026-01-01 00:00:00:000, 0, 0.0, 0.0, 1, 0.4, 2465, -6, 0.0, 0.0
2026-01-01 00:00:01:000, 0, 0.0, 0.0, 1000, 0.4, 0, 1, 0.0, 0.0
2026-01-01 00:00:03:000, 0, 0.0, 0.0, 9000, 0.4, 0, 1, 0.0, 0.0
"""
PRODUCED = """100000 records sent, 6469.9 records/sec (6.32 MB/sec), 3 ms avg latency, 4912 ms 95th, 4993 ms 99th, 5027 ms 99.9th.
80000 steady state records sent, 6725.5 records/sec (6.57 MB/sec), 3 ms avg latency, 4937 ms 95th, 4997 ms 99th.
"""
CONSUMED = "2026-11-21 09:45:25:763, 2026-11-21 09:45:27:869, 97.6, 46.3, 100000, 47483.3, 859, 1247, 78.3, 80192.4\n"


class FiguresTest(unittest.TestCase):
    def test_perftest_counts_whole_seconds_after_the_first(self):
        self.assertEqual(
            perftest.parse(PERFTEST, 4), {"per_second": 1000, "p50_us": 3000, "p99_us": 6000}
        )

    def test_perftest_that_measured_nothing_has_no_figures(self):
        self.assertEqual(perftest.parse("test stopped (Reached time limit)\n", 4), {})

    def test_a_backlog_has_the_average_of_each_way(self):
        self.assertEqual(perftest.average(PERFTEST, "receiving"), 5052)
        self.assertIsNone(perftest.average(PERFTEST, "sending"))

    def test_chores_say_how_often_and_how_long(self):
        said = "WARNING: something\nper_second 812.5 p50_us 1100 p99_us 4200\n"
        self.assertEqual(chores.parse(said), {"per_second": 812.5, "p50_us": 1100, "p99_us": 4200})
        self.assertEqual(chores.parse("Exception in thread main"), {})

    def test_what_was_made_is_there_after_a_while_and_stays(self):
        said = "all after_ms 1500 missing 2\ndropped 1\n"
        self.assertEqual(chores.parse_made(said), {"seconds": 1.5, "missing": 2, "dropped": 1})
        self.assertEqual(chores.parse_made("all after_ms 1500\n"), {"seconds": 1.5, "missing": 0, "dropped": 0})

    def test_rates_of_a_load_are_those_of_its_seconds(self):
        self.assertEqual(perftest.rates(PERFTEST, "sent"), [9, 1000, 1000, 10])

    def test_what_came_through_is_counted_over_the_last_seconds(self):
        self.assertEqual(kafkaperf.rate_of(EACH_SECOND, 2), 4000)

    def test_producing_is_counted_once_warm(self):
        self.assertEqual(kafkaperf.produce_rate(PRODUCED), 6725.5)

    def test_consuming_is_counted_without_joining_the_group(self):
        self.assertEqual(kafkaperf.consume_rate(CONSUMED), 80192.4)

    def test_ratios_are_taken_round_by_round(self):
        rounds = [{"ours": {"x": 4}, "other": {"x": 2}}, {"ours": {"x": 3}, "other": {"x": 6}}]
        self.assertEqual(figures.ratios(rounds, "ours", "other", "x"), [2, 0.5])

    def test_the_interval_lies_within_the_values_and_around_their_median(self):
        low, high = figures.interval_of_median([0.9, 0.95, 1.0, 1.05, 1.1, 0.97, 0.99, 1.01, 1.02])
        self.assertTrue(0.9 <= low <= 1.0 <= high <= 1.1)


class Lines(unittest.TestResult):
    def addSuccess(self, test):
        print(f"ok   {test.id()}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        print(f"FAIL {test.id()}\n{self.failures[-1][1]}")

    addError = addFailure


if __name__ == "__main__":
    RESULT = Lines()
    unittest.defaultTestLoader.loadTestsFromModule(sys.modules[__name__]).run(RESULT)
    sys.exit(0 if RESULT.wasSuccessful() else 1)
