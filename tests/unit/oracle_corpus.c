#include "oracle.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_input(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot && (strcmp(dot, ".jsonl") == 0 || strcmp(dot, ".csv") == 0);
}

char **oracle_corpus(size_t *count)
{
    struct dirent **entries;
    int found = scandir("corpus", &entries, is_input, alphasort);
    if (found <= 0) {
        fprintf(stderr, "corpus/: no input files; run from the root of the repository\n");
        exit(1);
    }
    char **paths = calloc((size_t)found, sizeof *paths);
    for (int i = 0; i < found; i++) {
        paths[i] = files_path("corpus", entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    *count = (size_t)found;
    return paths;
}

void oracle_corpus_free(char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(paths[i]);
    free(paths);
}
