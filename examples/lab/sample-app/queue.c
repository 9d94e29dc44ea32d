/* A worker on a queue in Redis, and what other commands count there.
 *
 *   worker                takes jobs from the stream `jobs` until SIGTERM; the job in hand is finished first
 *
 * A job is an entry with `n` (its number) and `ms` (how long it takes). A finished one is counted in the hash `done` and
 * acknowledged in one transaction. A job whose worker died is taken over by another one: it is idle for APP_CLAIM_MS.
 *
 *   APP_QUEUE             address:port of Redis (IPv4)
 *   APP_CLAIM_MS          a job that its worker has not touched for so long is taken over (default 5000)
 */
#include "app.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORDS = 16, BUFFER = 16384, CLAIM_AGAIN_MS = 1000 };
static volatile sig_atomic_t term;
static FILE *stream_in;
static int stream_fd = -1;

struct reply { int count; bool error; char *words[WORDS], text[BUFFER]; size_t used; };

static void on_term(int signal_number) { (void)signal_number; term = 1; }

static void disconnect(void)
{
    if (stream_in) fclose(stream_in);
    stream_in = NULL;
    stream_fd = -1;
}

static bool connect_queue(const char *address)
{
    char host[256] = "";
    const char *colon = strrchr(address, ':');
    struct sockaddr_in place = { .sin_family = AF_INET };
    if (!colon || (size_t)(colon - address) >= sizeof host) return false;
    memcpy(host, address, (size_t)(colon - address));
    place.sin_port = htons((uint16_t)atoi(colon + 1));
    if (inet_pton(AF_INET, host, &place.sin_addr) != 1) return false;
    stream_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = stream_fd >= 0 && connect(stream_fd, (struct sockaddr *)&place, sizeof place) == 0;
    struct timeval limit = { .tv_sec = 10 };
    if (ok) setsockopt(stream_fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (ok) stream_in = fdopen(stream_fd, "r");
    else if (stream_fd >= 0) { close(stream_fd); stream_fd = -1; }
    return stream_in != NULL;
}

/* Reads one value of Redis's protocol, and appends the strings in it to the reply, however deep they lie. */
static bool read_value(struct reply *r)
{
    char line[512];
    if (!fgets(line, sizeof line, stream_in)) return false;
    long n = strtol(line + 1, NULL, 10);
    if (*line == '*') {
        for (long i = 0; i < n; i++) if (!read_value(r)) return false;
        return true;
    }
    if (*line == '-') r->error = true;
    if (*line != '$') n = (long)strcspn(line + 1, "\r\n");
    else if (n < 0) return true;
    if (r->count == WORDS || r->used + (size_t)n + 3 > sizeof r->text) return false;
    char *place = r->text + r->used;
    if (*line != '$') memcpy(place, line + 1, (size_t)n);
    else if (fread(place, 1, (size_t)n + 2, stream_in) != (size_t)n + 2) return false;
    place[n] = 0;
    r->used += (size_t)n + 1;
    r->words[r->count++] = place;
    return true;
}

static bool ask(struct reply *r, int count, const char **words)
{
    char text[2048];
    size_t length = (size_t)snprintf(text, sizeof text, "*%d\r\n", count);
    for (int i = 0; i < count; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "$%zu\r\n%s\r\n", strlen(words[i]), words[i]);
    memset(r, 0, offsetof(struct reply, text));
    r->used = 0;
    if (send(stream_fd, text, length, MSG_NOSIGNAL) == (ssize_t)length && read_value(r)) return true;
    disconnect();
    return false;
}
#define ASK(reply, ...) ask(reply, (int)(sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *)), \
                            (const char *[]){ __VA_ARGS__ })

/* Connects to the queue unless it is connected, and makes its group of workers. */
static bool with_queue(const char *address)
{
    struct reply r;
    if (stream_in) return true;
    if (!connect_queue(address)) return false;
    return ASK(&r, "XGROUP", "CREATE", "jobs", "workers", "0", "MKSTREAM");    /* an error says that it exists */
}

static const char *field(struct reply *r, int from, const char *name)
{
    for (int i = from; i + 1 < r->count; i += 2) if (!strcmp(r->words[i], name)) return r->words[i + 1];
    return "0";
}

/* Works on a job, telling the queue now and then that it is in good hands; SIGTERM does not end it. */
static bool work(const char *me, const char *id, const char *number, int ms)
{
    struct reply r;
    double end = now() + ms / 1000.0, again = now() + CLAIM_AGAIN_MS / 1000.0;
    log_line("job %s begins, by %s", number, behaviour.version);
    while (now() < end) {
        usleep(10000);
        if (now() < again) continue;
        again = now() + CLAIM_AGAIN_MS / 1000.0;
        if (!ASK(&r, "XCLAIM", "jobs", "workers", me, "0", id, "JUSTID")) return false;
    }
    if (!ASK(&r, "MULTI") || !ASK(&r, "HINCRBY", "done", number, "1") || !ASK(&r, "XACK", "jobs", "workers", id)
        || !ASK(&r, "EXEC") || r.error) return false;
    log_line("job %s is done%s", number, term ? ", after SIGTERM" : "");
    return true;
}

static bool take_job(const char *me, const char *claim_ms)
{
    struct reply r;
    if (!ASK(&r, "XAUTOCLAIM", "jobs", "workers", me, claim_ms, "0-0", "COUNT", "1")) return false;
    if (r.count < 4 && !ASK(&r, "XREADGROUP", "GROUP", "workers", me, "COUNT", "1", "BLOCK", "500", "STREAMS", "jobs", ">"))
        return false;
    if (r.count < 4) return !r.error;
    char id[64], number[32];
    snprintf(id, sizeof id, "%s", r.words[1]);
    snprintf(number, sizeof number, "%s", field(&r, 2, "n"));
    return work(me, id, number, atoi(field(&r, 2, "ms")));
}

int worker(void)
{
    const char *address = getenv("APP_QUEUE"), *claim_ms = getenv("APP_CLAIM_MS");
    struct sigaction action = { .sa_handler = on_term };
    char me[128];
    if (behaviour.on_term == TERM_IGNORE) action.sa_handler = SIG_IGN;
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    log_line("worker %s release %s starts", behaviour.version, behaviour.release);
    if (behaviour.worker_exit >= 0) { log_line("FATAL the worker cannot start"); return behaviour.worker_exit; }
    gethostname(me, sizeof me);
    while (!term) {
        if (!address || !*address) { usleep(20000); continue; }
        if (with_queue(address) && take_job(me, claim_ms && *claim_ms ? claim_ms : "5000")) continue;
        if (!term) log_line("the queue at %s does not answer", address);
        for (int i = 0; i < 25 && !term; i++) usleep(20000);
    }
    log_line("worker ends in peace");
    return 0;
}

/* Counts something in the queue's Redis, if there is one; false if it could not be counted. */
bool count_in_queue(const char *hash, const char *name)
{
    struct reply r;
    const char *address = getenv("APP_QUEUE");
    if (!address || !*address) return true;
    bool ok = connect_queue(address) && ASK(&r, "HINCRBY", hash, name, "1") && !r.error;
    disconnect();
    return ok;
}
