/* Opens the socket to listen on: a UNIX socket that nginx's user may connect to, or a TCP port. And connects to it. */
#include "app.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int named(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address->sun_path, path);
    return 0;
}

static int bound_at(const char *path, int mode)
{
    struct sockaddr_un address;
    if (named(path, &address)) return -1;
    if (!behaviour.keep_socket) unlink(path);  /* a stale one of an earlier life */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || chmod(path, (mode_t)mode)) return -1;
    return fd;
}

static int open_unix(const char *path, const struct behaviour *b)
{
    char other[256];
    const char *name = strrchr(path, '/');
    if (b->bind_how == BIND_RENAME) {
        snprintf(other, sizeof other, "%s.%d.tmp", path, (int)getpid());
        int fd = bound_at(other, b->socket_mode);
        return fd < 0 || rename(other, path) ? -1 : fd;
    }
    if (b->bind_how == BIND_RELATIVE && name) {
        snprintf(other, sizeof other, "%.*s", (int)(name - path), path);
        return chdir(other) ? -1 : bound_at(name + 1, b->socket_mode);
    }
    return bound_at(path, b->socket_mode);
}

static int open_tcp(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    return bind(fd, (struct sockaddr *)&address, sizeof address) ? -1 : fd;
}

int listener_open(const struct behaviour *b)
{
    int fd = b->socket ? open_unix(b->socket, b) : open_tcp(b->port);
    return fd < 0 || listen(fd, b->backlog) ? -1 : fd;
}

int client_open(const struct behaviour *b)
{
    struct sockaddr_un path;
    struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = htons((uint16_t)b->port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (b->socket && named(b->socket, &path)) return -1;
    int fd = socket(b->socket ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    return connect(fd, b->socket ? (struct sockaddr *)&path : (struct sockaddr *)&port,
                   b->socket ? sizeof path : sizeof port) ? -1 : fd;
}
