/* The loop: accepts, reads, writes, keeps time, and leaves in order when it is told to. */
#include "app.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct behaviour behaviour;
bool draining;
static volatile sig_atomic_t term;
static struct connection *all;
static int open_connections, loop_fd;

static void on_term(int signal_number) { (void)signal_number; term = 1; }
static void on_term_abort(int signal_number) { (void)signal_number; _exit(0); }

static void watch(struct connection *c, int operation)
{
    struct epoll_event e = { .events = EPOLLIN | (c->out_len ? EPOLLOUT : 0u), .data.ptr = c };
    epoll_ctl(loop_fd, operation, c->fd, &e);
}

static void end(struct connection *c)
{
    if (c->previous) c->previous->next = c->next; else all = c->next;
    if (c->next) c->next->previous = c->previous;
    connection_free(c);
    open_connections--;
}

static void settle(struct connection *c, bool goes_on, size_t out_before)
{
    if (!goes_on) end(c);
    else if (!c->out_len != !out_before) watch(c, EPOLL_CTL_MOD);
}

static void accept_all(int listener)
{
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = connection_new(fd);
        if (!c) { close(fd); return; }
        if ((c->next = all)) all->previous = c;
        all = c;
        open_connections++;
        watch(c, EPOLL_CTL_ADD);
        if (behaviour.stall_ms) usleep((useconds_t)behaviour.stall_ms * 1000);
    }
}

/* Takes in who already waits, then closes the listener; idle connections get a moment for a request under way. */
static void start_draining(int listener)
{
    log_line("draining %d connections", open_connections);
    accept_all(listener);
    close(listener);
    if (behaviour.socket) unlink(behaviour.socket);
    draining = true;
    for (struct connection *c = all; c; c = c->next)
        if (c->state == READING && c->in_len == 0) c->due = now() + (c->used ? 0.1 : 1);
}

static double next_due(void)
{
    double due = now() + 0.1;                   /* signals and the late crash are looked at this often */
    for (struct connection *c = all; c; c = c->next) if (c->due < due) due = c->due;
    return due;
}

static void serve(int listener)
{
    struct epoll_event events[256], e = { .events = EPOLLIN, .data.ptr = NULL };
    double drain_end = NEVER;
    epoll_ctl(loop_fd, EPOLL_CTL_ADD, listener, &e);
    while (!draining || (open_connections && now() < drain_end)) {
        if (now() >= behaviour.exit_after) { log_line("FATAL gave up after %.0f s", now()); exit(3); }
        if (term && !draining) {
            start_draining(listener);
            drain_end = now() + behaviour.drain_max;
        }
        double wait = (next_due() - now()) * 1000;
        int n = epoll_wait(loop_fd, events, 256, wait > 0 ? (int)wait + 1 : 0);
        for (int i = 0; i < n; i++) {
            struct connection *c = events[i].data.ptr;
            if (!c) { if (!draining) accept_all(listener); continue; }
            size_t before = c->out_len;
            bool ok = true;
            if (events[i].events & EPOLLOUT) ok = connection_flush(c);
            if (ok && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) ok = connection_readable(c);
            settle(c, ok, before);
        }
        for (struct connection *c = all, *next; c; c = next) {
            next = c->next;
            size_t before = c->out_len;
            if (c->due <= now()) settle(c, connection_due(c), before);
        }
    }
    log_line(open_connections ? "gave up draining, %d connections cut" : "drained", open_connections);
    exit(open_connections ? 1 : 0);
}

int main(int count, char **words)
{
    behaviour_read(&behaviour);
    now();
    struct sigaction action = { .sa_handler = on_term };
    if (behaviour.on_term == TERM_IGNORE) action.sa_handler = SIG_IGN;
    if (behaviour.on_term == TERM_ABORT) action.sa_handler = on_term_abort;
    if (count > 1 && behaviour.on_term == TERM_ABORT) sigaction(SIGTERM, &action, NULL);
    if (count > 1) return one_off(count - 1, words + 1);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    log_line("sample-app %s release %s starts", behaviour.version, behaviour.release);
    if (behaviour.log) log_line("%s", behaviour.log);
    if (behaviour.exit_at_start >= 0) return behaviour.exit_at_start;
    while (now() < behaviour.listen_after && !term) usleep(50000);
    if (term) return 0;
    int listener = listener_open(&behaviour);
    if (listener < 0) {
        log_line("FATAL cannot listen on %s: %s", behaviour.socket ? behaviour.socket : "the port", strerror(errno));
        return 1;
    }
    loop_fd = epoll_create1(EPOLL_CLOEXEC);
    log_line("listens");
    if (behaviour.leave && behaviour.socket) leave_behind(behaviour.socket);
    eat_memory(behaviour.eat_mb);
    serve(listener);
}
