/* One line on stderr: `level key=value ...`.
 *
 * Libraries are silent; only the programs log.  Values from outside are cut at LOG_VALUE_BYTES and escaped, so that
 * no request can write a line of its own. */
#ifndef OPASTIN_BASE_LOG_H
#define OPASTIN_BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO };
enum { LOG_VALUE_BYTES = 300 };

/* log_line(LOG_INFO, "event", "started", "port", "8080", NULL): keys and values in pairs, NULL ends. Thread-safe. */
void log_line(enum log_level level, const char *key, ...) __attribute__((sentinel));

#endif
