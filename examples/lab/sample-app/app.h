/* The sample app: a tiny web app for deployment tests, one thread, no library but libc. */
#ifndef APP_H
#define APP_H
#define _GNU_SOURCE
#include <stdbool.h>
#include <stddef.h>

/* behaviour.c: what the environment asks of it, misbehaviour included */
struct behaviour {
    const char *version, *release;
    const char *socket;      /* LISTEN_SOCKET: path, or NULL for the port */
    int port;                /* PORT */
    int backlog, socket_mode, keep_socket, stall_ms, answer_ms;
    double listen_after, healthy_after, unhealthy_after, exit_after, drain_max; /* seconds; NEVER */
    int fail_every;          /* 0: none */
    int exit_at_start;       /* -1: no */
    int eat_mb;
    int worker_exit;         /* -1: no */
    int pending;             /* 1: there is something to migrate */
    bool leave;              /* something hostile beside the socket */
    enum { TERM_DRAIN, TERM_IGNORE, TERM_ABORT } on_term;
    enum { PROXIED_SERVE, PROXIED_REFUSE, PROXIED_EXIT } on_proxied;
    enum { BIND_PLAIN, BIND_RENAME, BIND_RELATIVE } bind_how;
    const char *log;         /* a line to log at start */
};
#define NEVER 1e9
void behaviour_read(struct behaviour *b);
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
double now(void);            /* seconds since start */
void eat_memory(int mb);

/* listener.c */
int listener_open(const struct behaviour *b);     /* fd, or -1 with errno */
int client_open(const struct behaviour *b);       /* the same, connected to it */

/* hostile.c */
void leave_behind(const char *socket);
int whoami(void);

/* oneoff.c: what it does when it is started with words */
int one_off(int count, char **words);             /* the exit code */
int shell(void);

/* queue.c: a worker, and counters of other commands */
int worker(void);                                 /* the exit code */
bool count_in_queue(const char *hash, const char *name);

/* connection.c: one client connection */
enum state { READING, UPLOADING, WAITING, STREAMING, WEBSOCKET };
struct connection {
    int fd;
    enum state state;
    bool keep, closing;      /* closing: ends when all of `out` is written */
    bool used;               /* has carried a request */
    double due;              /* WAITING, STREAMING: when to go on; closes an idle one while draining */
    double until;            /* STREAMING: when to end */
    int events_sent;
    unsigned long long body_left, body_read;
    char in[8192];
    size_t in_len;
    char *out;
    size_t out_len, out_done, out_cap;
    struct connection *next, *previous;
};
struct connection *connection_new(int fd);
void connection_free(struct connection *c);
bool connection_readable(struct connection *c);   /* these answer false when the connection has ended */
bool connection_due(struct connection *c);
bool connection_flush(struct connection *c);
void out_add(struct connection *c, const void *data, size_t len);
void out_format(struct connection *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* routes.c: what a path answers */
void route(struct connection *c, char *head);     /* head: the request up to its empty line */
void route_upload_done(struct connection *c);
void route_waited(struct connection *c);
void route_event(struct connection *c);
bool header(const char *head, const char *name, char *value, size_t size);

/* websocket.c */
void websocket_upgrade(struct connection *c, const char *head);
bool websocket_input(struct connection *c);

/* main.c */
extern struct behaviour behaviour;
extern bool draining;
#endif
