// The least that a client can cost: a pool of threads over libssh2, in one process, with the host key in memory.
// cc -O2 -o libssh2_fan_out libssh2_fan_out.c -lssh2 -lpthread
// libssh2_fan_out LIST CONCURRENCY; environment: FLEET, FLEET_PORT, FLEET_USER
#include <arpa/inet.h>
#include <libssh2.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char **hosts, private_key[512], public_key[512];
static int count, next, failures;
static unsigned char host_key[256];
static size_t host_key_length;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER, output = PTHREAD_MUTEX_INITIALIZER;

static int ask(LIBSSH2_SESSION *session, int socket, const char *host) {
  size_t length, filled = 0;
  ssize_t got;
  int type;
  char answer[65536];
  libssh2_session_method_pref(session, LIBSSH2_METHOD_KEX, "curve25519-sha256");
  libssh2_session_method_pref(session, LIBSSH2_METHOD_HOSTKEY, "ssh-ed25519");
  if (libssh2_session_handshake(session, socket)) return -1;
  const char *key = libssh2_session_hostkey(session, &length, &type);
  if (length != host_key_length || memcmp(key, host_key, length)) return -1;
  if (libssh2_userauth_publickey_fromfile(session, getenv("FLEET_USER"), public_key, private_key, "")) return -1;
  LIBSSH2_CHANNEL *channel = libssh2_channel_open_session(session);
  if (!channel || libssh2_channel_exec(channel, "status")) return -1;
  while ((got = libssh2_channel_read(channel, answer + filled, sizeof answer - filled)) > 0) filled += got;
  libssh2_channel_wait_closed(channel);
  int status = libssh2_channel_get_exit_status(channel);
  libssh2_channel_free(channel);
  pthread_mutex_lock(&output);
  fwrite(answer, 1, filled, stdout);
  pthread_mutex_unlock(&output);
  if (status) fprintf(stderr, "%s: exit code %d\n", host, status);
  return status;
}

static int one(const char *host) {
  int on = 1, failed = -1, connection = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(getenv("FLEET_PORT")))};
  inet_pton(AF_INET, host, &to.sin_addr);
  setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!connect(connection, (void *)&to, sizeof to)) {
    LIBSSH2_SESSION *session = libssh2_session_init();
    failed = ask(session, connection, host);
    libssh2_session_disconnect(session, "bye");
    libssh2_session_free(session);
  }
  if (failed) fprintf(stderr, "%s: failed\n", host);
  close(connection);
  return failed;
}

static void *work(void *unused) {
  for (;;) {
    pthread_mutex_lock(&turn);
    int mine = next++;
    pthread_mutex_unlock(&turn);
    if (mine >= count) return unused;
    if (one(hosts[mine])) __sync_fetch_and_add(&failures, 1);
  }
}

static void decode(const char *text) {
  static const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *digit;
  unsigned value = 0;
  for (int bits = 0; *text && (digit = strchr(digits, *text)); text++) {
    value = value << 6 | (unsigned)(digit - digits);
    if ((bits += 6) >= 8) host_key[host_key_length++] = value >> (bits -= 8);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  char line[1024];
  const char *fleet = getenv("FLEET");
  snprintf(private_key, sizeof private_key, "%s/id", fleet);
  snprintf(public_key, sizeof public_key, "%s/id.pub", fleet);
  snprintf(line, sizeof line, "%s/host.pub", fleet);
  FILE *file = fopen(line, "r");
  if (!file || !fgets(line, sizeof line, file)) return 2;
  decode(strchr(line, ' ') + 1);
  if (!(file = fopen(argv[1], "r"))) return 2;
  hosts = calloc(100000, sizeof *hosts);
  while (count < 100000 && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    hosts[count++] = strdup(line);
  }
  libssh2_init(0);
  int size = atoi(argv[2]) < count ? atoi(argv[2]) : count;
  pthread_t *pool = calloc(size, sizeof *pool);
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 512 << 10);
  for (int i = 0; i < size; i++) pthread_create(pool + i, &small, work, 0);
  for (int i = 0; i < size; i++) pthread_join(pool[i], 0);
  return failures ? 1 : 0;
}
