/* Folders: made, synced, removed. */
#ifndef OPASTIN_BASE_FOLDER_H
#define OPASTIN_BASE_FOLDER_H

#include "base/status.h"

enum { FOLDER_PATH_BYTES = 3800 };

/* Makes the folder and those above it that are absent. STATUS_LIMIT, STATUS_IO. */
enum status folder_make(const char *path, struct err *err) MUST_USE;
/* A file, or a folder's list of names, onto the disk. STATUS_IO. */
enum status folder_sync(const char *path, struct err *err) MUST_USE;
/* The folder and everything in it onto the disk. STATUS_IO. */
enum status folder_sync_all(const char *path, struct err *err) MUST_USE;
/* Removes a file, or a folder with everything in it; what is not there is no failure. STATUS_IO. */
enum status folder_remove(const char *path, struct err *err) MUST_USE;

#endif
