/* One client connection: bytes in, bytes out, and where it stands between them. */
#include "app.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection *connection_new(int fd)
{
    struct connection *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    c->fd = fd;
    c->due = NEVER;
    return c;
}

void connection_free(struct connection *c)
{
    close(c->fd);
    free(c->out);
    free(c);
}

void out_add(struct connection *c, const void *data, size_t len)
{
    if (c->out_len + len > c->out_cap) {
        size_t cap = (c->out_len + len) * 2;
        char *bigger = realloc(c->out, cap);
        if (!bigger) { c->closing = true; return; }
        c->out = bigger;
        c->out_cap = cap;
    }
    memcpy(c->out + c->out_len, data, len);
    c->out_len += len;
}

void out_format(struct connection *c, const char *format, ...)
{
    char text[2048];
    va_list more;
    va_start(more, format);
    int n = vsnprintf(text, sizeof text, format, more);
    va_end(more);
    out_add(c, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}

bool connection_flush(struct connection *c)
{
    while (c->out_done < c->out_len) {
        ssize_t n = send(c->fd, c->out + c->out_done, c->out_len - c->out_done, MSG_NOSIGNAL);
        if (n < 0) return errno == EAGAIN || errno == EINTR;
        c->out_done += (size_t)n;
    }
    c->out_done = c->out_len = 0;
    return !c->closing;
}

static void drop_input(struct connection *c, size_t n)
{
    memmove(c->in, c->in + n, c->in_len - n);
    c->in_len -= n;
}

/* Works on what has been read until more is needed. */
static bool advance(struct connection *c)
{
    while (!c->closing) {
        if (c->state == UPLOADING) {
            size_t n = c->in_len < c->body_left ? c->in_len : (size_t)c->body_left;
            c->body_left -= n;
            c->body_read += n;
            drop_input(c, n);
            if (c->body_left) return true;
            route_upload_done(c);
        } else if (c->state == WEBSOCKET) {
            return websocket_input(c);
        } else if (c->state == READING) {
            char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
            if (!end) return c->in_len < sizeof c->in;
            *end = 0;
            c->used = true;
            char head[sizeof c->in];
            size_t length = (size_t)(end - c->in);
            memcpy(head, c->in, length + 1);
            drop_input(c, length + 4);
            route(c, head);
        } else {
            return true;                        /* WAITING, STREAMING: a timer goes on */
        }
    }
    return true;
}

bool connection_readable(struct connection *c)
{
    for (;;) {
        if (c->in_len == sizeof c->in) return c->state == WAITING || c->state == STREAMING;
        ssize_t n = recv(c->fd, c->in + c->in_len, sizeof c->in - c->in_len, MSG_DONTWAIT);
        if (n == 0) return false;
        if (n < 0) return (errno == EAGAIN || errno == EINTR) && connection_flush(c);
        c->in_len += (size_t)n;
        if (!advance(c)) return false;
        if (c->closing) return connection_flush(c);
    }
}

bool connection_due(struct connection *c)
{
    c->due = NEVER;
    if (c->state == WAITING) route_waited(c);
    else if (c->state == STREAMING) route_event(c);
    else if (c->state == READING && c->in_len == 0) return false;   /* idle, and the app is leaving */
    return advance(c) && connection_flush(c);
}
