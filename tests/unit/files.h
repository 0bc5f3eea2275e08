/* Temporary folders and whole files, for tests.  What cannot be done ends the program with its reason. */
#ifndef OPASTIN_TESTS_FILES_H
#define OPASTIN_TESTS_FILES_H

#include <stddef.h>

/* A fresh folder under TMPDIR; free() it after files_remove(). */
char *files_folder(void);
/* With all that is in it. */
void files_remove(const char *path);
/* DIR/NAME, to be freed. */
char *files_path(const char *dir, const char *name);
/* The whole file, with a zero byte behind; to be freed. */
char *files_read(const char *path, size_t *len);
void files_write(const char *path, const void *data, size_t len);

#endif
