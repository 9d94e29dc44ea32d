/* The command `shell`: what a console of the sample app runs. It reads lines from its terminal and answers each.
 *
 *   size            the size of the terminal
 *   exit CODE       ends with this code
 *   anything else   how many bytes it had, and the line again, in red
 *
 * Ctrl-C is told, and ends nothing. */
#include "app.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) { (void)signal_number; interrupted = 1; }

static void show_size(void)
{
    struct winsize size = { 0 };
    ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
    printf("%dx%d\n", size.ws_row, size.ws_col);
}

int shell(void)
{
    char line[4096];
    struct sigaction action = { .sa_handler = on_interrupt };
    sigaction(SIGINT, &action, NULL);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("shell of %s, %s\n", behaviour.version, isatty(STDIN_FILENO) ? "a terminal" : "no terminal");
    for (;;) {
        if (!fgets(line, sizeof line, stdin)) {
            if (!interrupted && errno != EINTR) return 0;
            interrupted = 0;
            clearerr(stdin);
            printf("interrupted\n");
            continue;
        }
        line[strcspn(line, "\n")] = 0;
        if (!strcmp(line, "size")) show_size();
        else if (!strncmp(line, "exit ", 5)) return atoi(line + 5);
        else printf("%zu bytes: \033[31m%s\033[0m\n", strlen(line), line);
    }
}
