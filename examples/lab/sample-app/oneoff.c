/* What the binary does when it is started with words: a command of the app, as `deployctl-host run` starts one, or the
 * image's HEALTHCHECK.
 *
 *   migrate [SECONDS]     says so, takes its time, is counted in the queue, and ends with 0 (SIGTERM ends it at once; with 0, too,
 *                         if APP_ON_TERM is abort)
 *   migrated              ends with 0 if nothing is to be migrated, else with 1 (APP_PENDING)
 *   report                prints a line, and is counted in the queue
 *   worker                works on a queue: see queue.c
 *   fail CODE             ends with this code
 *   shell                 answers what is typed at its terminal: see shell.c
 *   whoami                prints the effective user and group
 *   healthcheck           asks the app beside it for /healthz: 0 when it answers 200, else 1
 */
#include "app.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int migrate(double seconds)
{
    log_line("migrates with release %s", behaviour.release);
    while (now() < seconds) usleep(20000);
    if (!count_in_queue("migrations", behaviour.version)) { log_line("cannot count the migration"); return 1; }
    puts("migrated");
    return 0;
}

static int report(void)
{
    if (!count_in_queue("reports", behaviour.version)) { log_line("cannot count the report"); return 1; }
    puts("reported");
    return 0;
}

static int healthcheck(void)
{
    static const char request[] = "GET /healthz HTTP/1.0\r\n\r\n";
    char answer[13] = "";
    int fd = client_open(&behaviour);
    if (fd < 0 || write(fd, request, sizeof request - 1) < 0) {
        log_line("healthcheck: nobody listens");
        return 1;
    }
    size_t length = 0;
    for (ssize_t n; length < sizeof answer - 1 && (n = read(fd, answer + length, sizeof answer - 1 - length)) > 0;)
        length += (size_t)n;
    answer[length] = 0;
    log_line("healthcheck: %s", answer);
    return strncmp(answer, "HTTP/1.1 200", 12) != 0;
}

int one_off(int count, char **words)
{
    if (!strcmp(words[0], "migrate")) return migrate(count > 1 ? atof(words[1]) : 0);
    if (!strcmp(words[0], "migrated")) return behaviour.pending;
    if (!strcmp(words[0], "report")) return report();
    if (!strcmp(words[0], "worker")) return worker();
    if (!strcmp(words[0], "fail")) return count > 1 ? atoi(words[1]) : 1;
    if (!strcmp(words[0], "shell")) return shell();
    if (!strcmp(words[0], "whoami")) return whoami();
    if (!strcmp(words[0], "healthcheck")) return healthcheck();
    log_line("unknown command: %s", words[0]);
    return 64;
}
