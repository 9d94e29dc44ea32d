/* What a path answers:
 *   /                   version, release, host
 *   /healthz            200 or 503
 *   /slow?s=N           / after N seconds
 *   /upload             reads the body, answers its length
 *   /sse?s=N            a stream of events for N seconds, the last one named "end"
 *   /ws                 upgrade to WebSocket, echo
 *   /env?name=X         names and lengths of the environment, and the value of X alone
 *   /headers            the request as it arrived
 */
#include "app.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

extern char **environ;

bool header(const char *head, const char *name, char *value, size_t size)
{
    size_t n = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, n) || line[n] != ':') continue;
        line += n + 1;
        line += strspn(line, " \t");
        snprintf(value, size, "%.*s", (int)strcspn(line, "\r"), line);
        return true;
    }
    return false;
}

static void answer(struct connection *c, const char *status, const char *body, size_t length)
{
    if (draining) c->keep = false;
    out_format(c, "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
               "Connection: %s\r\nX-Version: %s\r\nX-Release: %s\r\n\r\n",
               status, length, c->keep ? "keep-alive" : "close", behaviour.version, behaviour.release);
    out_add(c, body, length);
    c->state = READING;
    if (!c->keep) c->closing = true;
}

static void answer_text(struct connection *c, const char *status, const char *body)
{
    answer(c, status, body, strlen(body));
}

void route_waited(struct connection *c)
{
    static long asked;
    bool fails = behaviour.fail_every > 0 && ++asked % behaviour.fail_every == 0;
    char body[512], host[128] = "";
    gethostname(host, sizeof host - 1);
    snprintf(body, sizeof body, "version=%s release=%s host=%s pid=%d uptime=%.1f\n",
             behaviour.version, behaviour.release, host, (int)getpid(), now());
    answer_text(c, fails ? "500 Internal Server Error" : "200 OK", body);
}

static void wait_then_answer(struct connection *c, double seconds)
{
    seconds += behaviour.answer_ms / 1000.0;
    if (seconds <= 0) { route_waited(c); return; }
    c->state = WAITING;
    c->due = now() + seconds;
}

static void health(struct connection *c)
{
    bool ok = now() >= behaviour.healthy_after && now() < behaviour.unhealthy_after;
    answer_text(c, ok ? "200 OK" : "503 Service Unavailable", ok ? "ok\n" : "not ready\n");
}

static void upload(struct connection *c, const char *head)
{
    char value[64];
    if (!header(head, "Content-Length", value, sizeof value)) {
        c->keep = false;
        answer_text(c, "411 Length Required", "send Content-Length\n");
        return;
    }
    c->body_left = strtoull(value, NULL, 10);
    c->body_read = 0;
    if (header(head, "Expect", value, sizeof value)) out_format(c, "HTTP/1.1 100 Continue\r\n\r\n");
    c->state = UPLOADING;
}

void route_upload_done(struct connection *c)
{
    char body[64];
    snprintf(body, sizeof body, "%llu\n", c->body_read);
    answer_text(c, "200 OK", body);
}

static void stream(struct connection *c, double seconds)
{
    out_format(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
               "Connection: close\r\nX-Accel-Buffering: no\r\nX-Version: %s\r\nX-Release: %s\r\n\r\n",
               behaviour.version, behaviour.release);
    c->state = STREAMING;
    c->events_sent = 0;
    c->until = now() + seconds;
    c->due = now();
}

void route_event(struct connection *c)
{
    if (now() >= c->until) {
        out_format(c, "event: end\ndata: %d\n\n", c->events_sent);
        c->closing = true;
        return;
    }
    out_format(c, "data: %d\n\n", ++c->events_sent);
    c->due = now() + 0.5 < c->until ? now() + 0.5 : c->until;
}

/* Values are secrets as a rule: only the one that is asked for by name is shown. */
static void environment(struct connection *c, const char *asked)
{
    char body[16384];
    size_t n = 0;
    for (char **e = environ; *e && n < sizeof body - 512; e++) {
        size_t name = strcspn(*e, "=");
        const char *value = (*e)[name] ? *e + name + 1 : "";
        n += (size_t)snprintf(body + n, 256, "%.*s %zu\n", (int)(name < 200 ? name : 200), *e, strlen(value));
    }
    const char *value = *asked ? getenv(asked) : NULL;
    if (value) { answer(c, "200 OK", value, strlen(value)); return; }
    if (*asked) { answer_text(c, "404 Not Found", "not set\n"); return; }
    answer(c, "200 OK", body, n);
}

void route(struct connection *c, char *head)
{
    char method[16] = "", target[1024] = "", value[64] = "", *query;
    if (sscanf(head, "%15s %1023s", method, target) != 2) {
        c->keep = false;
        answer_text(c, "400 Bad Request", "bad request\n");
        return;
    }
    if (behaviour.on_proxied != PROXIED_SERVE && header(head, "X-Real-IP", value, sizeof value)) {
        if (behaviour.on_proxied == PROXIED_EXIT) {
            log_line("FATAL cannot answer a user");
            exit(7);
        }
        c->keep = strstr(head, "HTTP/1.1");
        answer_text(c, "503 Service Unavailable", "not for users\n");
        return;
    }
    header(head, "Connection", value, sizeof value);
    c->keep = strstr(head, "HTTP/1.1") && strcasecmp(value, "close");
    if ((query = strchr(target, '?'))) *query++ = 0; else query = target + strlen(target);
    double seconds = !strncmp(query, "s=", 2) ? atof(query + 2) : 1;
    bool get = !strcmp(method, "GET") || !strcmp(method, "HEAD");
    if (!strcmp(target, "/upload") || (!get && header(head, "Content-Length", value, sizeof value))) upload(c, head);
    else if (!strcmp(target, "/")) wait_then_answer(c, 0);
    else if (!strcmp(target, "/healthz")) health(c);
    else if (!strcmp(target, "/slow")) wait_then_answer(c, seconds);
    else if (!strcmp(target, "/sse")) stream(c, seconds);
    else if (!strcmp(target, "/ws")) websocket_upgrade(c, head);
    else if (!strcmp(target, "/env")) environment(c, strncmp(query, "name=", 5) ? "" : query + 5);
    else if (!strcmp(target, "/headers")) answer(c, "200 OK", head, strlen(head));
    else answer_text(c, "404 Not Found", "not found\n");
}
