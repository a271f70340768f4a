"""Two runs of the behaviour suite side by side: compare.py FOLDER PYTEST-OPTION..., called by compare, which prepares the rest."""
import os
import pathlib
import subprocess
import sys
import time
import types
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, os.environ['BENCH'])
import brokers  # noqa: E402


def run(name, folder, options, amqp_url, http_url):
    """Outcome and reason of every case, by its name."""
    report, begin = folder / (name + '.xml'), time.monotonic()
    log = folder / (name + '.log')
    with open(log, 'wb') as out:
        subprocess.run(
            [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--rootdir', HERE / 'python',
             '--junitxml', report, HERE / 'python/behaviour', *options],
            env=os.environ | {'AMQP_URL': amqp_url, 'HTTP_URL': http_url}, stdout=out, stderr=out, check=False)
    if not report.exists():
        raise SystemExit(log.read_text())
    results = {}
    for case in xml.etree.ElementTree.parse(report).iter('testcase'):
        results[case.get('classname').split('.')[-1] + '.' + case.get('name')] = outcome(case)
    print('%-9s %d cases in %.0f s' % (name, len(results), time.monotonic() - begin))
    return results


def outcome(case):
    for tag in 'failure', 'error', 'skipped':
        found = case.find(tag)
        if found is not None:
            expected = tag == 'skipped' and found.get('type') == 'pytest.xfail'
            return 'expected' if expected else 'failed', found.get('message') or ''
    return 'passed', ''


def table(ours, rabbitmq):
    """Prints the comparison; how many cases went as nobody expects."""
    passed = [name for name in ours if ours[name][0] == rabbitmq[name][0] == 'passed']
    print('\nboth pass: %d' % len(passed))
    for name, results in ('ours', ours), ('RabbitMQ', rabbitmq):
        for kind, title in ('expected', 'fails, as expected'), ('failed', 'FAILS'):
            cases = sorted(case for case in results if results[case][0] == kind)
            print('\n%s %s: %d' % (name, title, len(cases)))
            for case in cases:
                print('  %s: %s' % (case, results[case][1].replace('\n', '\n      ').strip()))
    return sum(result[0] == 'failed' for results in (ours, rabbitmq) for result in results.values())


def main():
    folder, options = pathlib.Path(sys.argv[1]), sys.argv[2:]
    mine = run('ours', folder, options, os.environ['AMQP_URL'], os.environ['HTTP_URL'])
    if 'RABBITMQ_AMQP_URL' in os.environ:
        theirs = run('RabbitMQ', folder, options, os.environ['RABBITMQ_AMQP_URL'], os.environ['RABBITMQ_HTTP_URL'])
    else:
        where = types.SimpleNamespace(
            rabbitmq=os.environ['RABBITMQ_FOLDER'] + '/root', log=lambda name: folder / (name + '-broker.log'))
        broker = brokers.RabbitMq(where)
        try:
            theirs = run('RabbitMQ', folder, options, broker.amqp.uri, broker.amqp.http)
        finally:
            broker.end()
    sys.exit(1 if table(mine, theirs) else 0)


main()
