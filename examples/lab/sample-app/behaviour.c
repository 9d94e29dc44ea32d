/* What the environment asks of the app. The image of each tag bakes its own in (see `variants`).
 *
 *   LISTEN_SOCKET         path of the UNIX socket to listen on; else PORT (default 8080)
 *   DEPLOYCTL_RELEASE     sent back as X-Release
 *   APP_VERSION           sent back as X-Version
 *   APP_LOG               a line to log at start
 *   APP_HEALTHY_AFTER     /healthz says 503 for so many seconds; "never"
 *   APP_UNHEALTHY_AFTER   ... and again after so many
 *   APP_LISTEN_AFTER      seconds before it listens at all; "never"
 *   APP_EXIT_AT_START     exits at once with this code
 *   APP_EXIT_AFTER        exits with code 3 after so many seconds
 *   APP_ON_TERM           drain (default: close the listener, finish what is in flight), ignore, abort
 *   APP_DRAIN_MAX         seconds that a drain may take (default 30)
 *   APP_ANSWER_MS         milliseconds before each answer
 *   APP_FAIL_EVERY        every so-manieth / is answered 500
 *   APP_BACKLOG           of listen(2) (default 4096)
 *   APP_STALL_MS          blocks for so long after each accept
 *   APP_SOCKET_MODE       octal (default 0666)
 *   APP_KEEP_SOCKET       1: binds without removing a socket that is there, so a stale one keeps it from listening
 *   APP_WORKER_EXIT       a worker exits at once with this code
 *   APP_PENDING           1: there is something to migrate
 *   APP_QUEUE, APP_CLAIM_MS  see queue.c
 *   APP_EAT_MB            eats so much memory, at most 4096
 *   APP_LEAVE             1: leaves a setuid program and a device beside its socket, for everybody
 *   APP_ON_PROXIED        what it does with a request that came through nginx (it has X-Real-IP): serve (default),
 *                         refuse (503), exit (ends with code 7)
 *   APP_BIND              how it makes its socket: plain (default), rename (under another name, then moved into place, as
 *                         HAProxy does), relative (from within its directory)
 */
#include "app.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *text(const char *name, const char *fallback)
{
    const char *value = getenv(name);
    return value && *value ? value : fallback;
}

static double seconds(const char *name, double fallback)
{
    const char *value = text(name, NULL);
    if (!value) return fallback;
    return strcmp(value, "never") ? atof(value) : NEVER;
}

static int whole(const char *name, int fallback, int base)
{
    const char *value = text(name, NULL);
    return value ? (int)strtol(value, NULL, base) : fallback;
}

void behaviour_read(struct behaviour *b)
{
    const char *term = text("APP_ON_TERM", "drain"), *proxied = text("APP_ON_PROXIED", "serve");
    const char *how = text("APP_BIND", "plain");
    b->version = text("APP_VERSION", "unknown");
    b->release = text("DEPLOYCTL_RELEASE", "none");
    b->log = text("APP_LOG", NULL);
    b->socket = text("LISTEN_SOCKET", NULL);
    b->port = whole("PORT", 8080, 10);
    b->backlog = whole("APP_BACKLOG", 4096, 10);
    b->socket_mode = whole("APP_SOCKET_MODE", 0666, 8);
    b->keep_socket = whole("APP_KEEP_SOCKET", 0, 10);
    b->stall_ms = whole("APP_STALL_MS", 0, 10);
    b->answer_ms = whole("APP_ANSWER_MS", 0, 10);
    b->fail_every = whole("APP_FAIL_EVERY", 0, 10);
    b->listen_after = seconds("APP_LISTEN_AFTER", 0);
    b->healthy_after = seconds("APP_HEALTHY_AFTER", 0);
    b->unhealthy_after = seconds("APP_UNHEALTHY_AFTER", NEVER);
    b->exit_after = seconds("APP_EXIT_AFTER", NEVER);
    b->drain_max = seconds("APP_DRAIN_MAX", 30);
    b->exit_at_start = whole("APP_EXIT_AT_START", -1, 10);
    b->worker_exit = whole("APP_WORKER_EXIT", -1, 10);
    b->pending = whole("APP_PENDING", 0, 10);
    b->leave = whole("APP_LEAVE", 0, 10);
    b->eat_mb = whole("APP_EAT_MB", 0, 10);
    b->on_proxied = !strcmp(proxied, "refuse") ? PROXIED_REFUSE : !strcmp(proxied, "exit") ? PROXIED_EXIT : PROXIED_SERVE;
    b->bind_how = !strcmp(how, "rename") ? BIND_RENAME : !strcmp(how, "relative") ? BIND_RELATIVE : BIND_PLAIN;
    b->on_term = !strcmp(term, "ignore") ? TERM_IGNORE : !strcmp(term, "abort") ? TERM_ABORT : TERM_DRAIN;
}

double now(void)
{
    static double first;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    double s = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
    if (first == 0) first = s;
    return s - first;
}

void log_line(const char *format, ...)
{
    va_list more;
    va_start(more, format);
    vfprintf(stderr, format, more);
    va_end(more);
    fputc('\n', stderr);
}

/* The memory is written to, a piece at a time, so that a limit meets a process that is already up. */
void eat_memory(int mb)
{
    for (int i = 0; i < mb && i < 4096; i++) {
        char *piece = malloc(1 << 20);
        if (piece) memset(piece, 1, 1 << 20);
        if (i % 16 == 15) usleep(5000);
    }
}
