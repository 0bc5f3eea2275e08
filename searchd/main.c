/* opastin-searchd: answers searches over HTTP from the index that opastin-indexer publishes. See --help. */
#include <event2/event.h>
#include <inttypes.h>
#include <locale.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include "base/log.h"
#include "searchd/access.h"
#include "searchd/config.h"
#include "searchd/desks.h"
#include "search/guide.h"
#include "searchd/hsds_ids.h"
#include "searchd/http.h"
#include "searchd/keeper.h"
#include "searchd/keys.h"
#include "searchd/labels.h"
#include "searchd/last_run.h"
#include "searchd/live.h"
#include "searchd/openapi.h"
#include "searchd/web/assets.h"
#include "searchd/web/templates.h"
#include "searchd/worker.h"
#include "vocab/vocab.h"

/* What libevent has to say goes where everything goes, in the same form. */
static void on_event_log(int severity, const char *message)
{
    if (severity >= EVENT_LOG_WARN)
        log_line(LOG_WARNING, "event", "libevent", "message", message, NULL);
}

/* The signals that end the daemon are waited for in the main thread only; every thread inherits the mask. */
static void block_signals(sigset_t *ending)
{
    sigemptyset(ending);
    sigaddset(ending, SIGTERM);
    sigaddset(ending, SIGINT);
    pthread_sigmask(SIG_BLOCK, ending, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void tell_start(const struct service *service, int port, int health_port)
{
    struct live_state state;
    char text[5][24];
    live_state(service->index, &state);
    snprintf(text[0], sizeof text[0], "%d", port);
    snprintf(text[1], sizeof text[1], "%" PRIu32, state.generation);
    snprintf(text[2], sizeof text[2], "%" PRIu64, state.records);
    snprintf(text[3], sizeof text[3], "%" PRId64, service->config->threads);
    snprintf(text[4], sizeof text[4], "%d", health_port);
    log_line(LOG_INFO, "event", "started", "address", service->config->address, "port", text[0], "generation",
             text[1], "records", text[2], "threads", text[3], health_port ? "health_port" : NULL, text[4], NULL);
}

static enum status serve(struct service *service, const sigset_t *ending, struct err *err)
{
    struct workers *workers;
    int port, health_port, signal_number = 0;
    TRY(workers_new(&workers, service, &port, &health_port, err));
    enum status status = workers_start(workers, err);
    if (status == STATUS_OK) {
        malloc_trim(0); /* packing files and reading templates took more than is kept */
        tell_start(service, port, health_port);
        sigwait(ending, &signal_number);
        log_line(LOG_INFO, "event", "stopping", "signal", signal_number == SIGINT ? "SIGINT" : "SIGTERM", NULL);
        pthread_sigmask(SIG_UNBLOCK, ending, NULL); /* a second one ends the daemon at once */
    }
    workers_stop(workers);
    workers_free(workers);
    return status;
}

/* The files of the pages; a template that cannot be read is told now, not when a page is asked for. */
static enum status open_pages(struct assets **assets, const char *dir, struct err *err)
{
    struct templates *templates = NULL;
    TRY(assets_open(assets, dir, err));
    TRY(templates_new(&templates, *assets, err));
    templates_free(templates);
    return STATUS_OK;
}

static enum status run(struct config *config, const sigset_t *ending, struct err *err)
{
    struct labels *labels = NULL;
    struct topics *topics = NULL;
    struct live_index *live = NULL;
    struct guides *guides = NULL;
    struct assets *assets = NULL;
    struct desks *desks = NULL;
    struct openapi *openapi = NULL;
    struct last_run_board *last_run = NULL;
    struct access access = {0};
    struct service service = {.access = &access, .config = config, .started_us = http_now_us()};
    bool lowered;
    TRY(config_fit_files(config, &lowered, err));
    if (lowered)
        log_line(LOG_WARNING, "event", "connections-lowered", "message",
                 "the limit of open files allows fewer connections than --connections", NULL);
    TRY(vocab_load(err));
    enum status status = access_open(&access, config, err);
    if (status == STATUS_OK)
        status = hsds_lists_new(&service.hsds, err);
    if (status == STATUS_OK)
        status = labels_new(&labels, err);
    if (status == STATUS_OK)
        status = topics_new(&topics, err);
    if (status == STATUS_OK)
        status = guides_open(&guides, config->synonyms, err);
    if (status == STATUS_OK)
        status = live_open(&live, config->index, (size_t)config->cache_mb << 20, http_now_us(), err);
    if (status == STATUS_OK)
        status = last_run_board_new(&last_run, config->index, err);
    if (status == STATUS_OK)
        status = open_pages(&assets, config->assets_dir, err);
    if (status == STATUS_OK && config->desks)
        status = desks_open(&desks, config->desks, err);
    if (status == STATUS_OK)
        status = openapi_new(&openapi, assets, config->public_url, err);
    service.assets = assets;
    service.desks = desks;
    service.openapi = openapi;
    service.last_run = last_run;
    service.labels = labels;
    service.topics = topics;
    service.index = live;
    service.guides = guides;
    if (status == STATUS_OK && config->state)
        status = keeper_open(&service.keeper, config->state, (size_t)config->threads, config_today(config),
                             http_now_us(), err);
    if (status == STATUS_OK)
        status = serve(&service, ending, err);
    keeper_close(service.keeper, config_today(config));
    access_close(&access);
    hsds_lists_free(service.hsds);
    live_free(live);
    desks_free(desks);
    openapi_free(openapi);
    assets_free(assets);
    last_run_board_free(last_run);
    guides_free(guides);
    topics_free(topics);
    labels_free(labels);
    vocab_unload();
    return status;
}

/* The line goes where it can be appended to the file, the key where somebody reads it. */
static enum status make_key(const char *name, struct err *err)
{
    struct buf key = BUF_INIT, line = BUF_INIT;
    TRY(vocab_load(err));
    enum status status = key_make(name, &key, &line, err);
    if (status == STATUS_OK && (fputs(buf_str(&line), stdout) == EOF || fflush(stdout) != 0))
        status = err_set_errno(err, STATUS_IO, "cannot write the key's line");
    if (status == STATUS_OK)
        fprintf(stderr, "the key, which is shown this once: %s", buf_str(&key));
    buf_release(&key);
    buf_release(&line);
    vocab_unload();
    return status;
}

int main(int argc, char **argv)
{
    struct config config;
    struct err err = {0};
    sigset_t ending;
    setlocale(LC_ALL, "C.UTF-8");
    if (config_parse(&config, argc, argv, &err) != STATUS_OK) {
        log_line(LOG_ERROR, "message", err.message, NULL);
        return EXIT_USAGE;
    }
    if (config.help) {
        struct buf help = BUF_INIT;
        config_help(&help);
        fputs(buf_str(&help), stdout);
        buf_release(&help);
        return EXIT_OK;
    }
    if (config.make_key) {
        enum status made = make_key(config.make_key, &err);
        if (made != STATUS_OK)
            log_line(LOG_ERROR, "message", err.message, NULL);
        return (int)status_exit_code(made);
    }
    block_signals(&ending);
    event_set_log_callback(on_event_log);
    enum status status = run(&config, &ending, &err);
    libevent_global_shutdown();
    if (status != STATUS_OK) {
        log_line(LOG_ERROR, "event", "failed", "status", status_name(status), "message", err.message, NULL);
        return (int)status_exit_code(status);
    }
    log_line(LOG_INFO, "event", "stopped", NULL);
    return EXIT_OK;
}
