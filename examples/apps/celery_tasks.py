"""A task queue: Celery, unchanged, with this cluster as its broker.

    celery -A celery_tasks worker          # any number of them
    python -c 'import celery_tasks; print(celery_tasks.total.delay([1, 2, 3]).get(timeout=10))'

Tasks survive the loss of a worker (late acknowledgement) and wait in a durable queue, which is a topic of the log.
"""
import celery

import settings

app = celery.Celery('examples', broker=settings.AMQP_URL, backend='rpc://')
app.conf.update(
    task_acks_late=True,  # a task is done when it is done, not when it is begun
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    result_expires=60,
)


@app.task
def total(numbers):
    return sum(numbers)


@app.task(bind=True, max_retries=3, default_retry_delay=0.2)
def flaky(self, succeed_at):
    """Fails until it has been tried often enough."""
    if self.request.retries < succeed_at:
        raise self.retry()
    return self.request.retries
