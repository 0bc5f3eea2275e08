#include "indexer/report_chart.h"

#include <inttypes.h>
#include <math.h>

#include "indexer/report_sum.h"

/* Units of the drawings; the page scales them. */
enum {
    WIDE = 640,
    BARS_TOP = 24,
    BARS_HIGH = 120,
    ROW_HIGH = 26,
    ROW_LEFT = 190,
    ROW_WIDE = 330,
    TREND_TOP = 20,
    TREND_HIGH = 110,
    TREND_LEFT = 8,
};

static void begin_svg(struct pen *pen, const char *id, int high, enum word title)
{
    buf_addf(pen->out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
             WIDE, high, id, id, id);
    pen_say(pen, title, NULL);
    buf_addf(pen->out, "</title><desc id=\"%s-d\">", id);
}

static void rectangle(struct pen *pen, const char *class, double x, double y, double width, double height)
{
    const double numbers[] = {x, y, width, height};
    static const char *const names[] = {"x", "y", "width", "height"};
    buf_addf(pen->out, "<rect class=\"%s\"", class);
    for (int i = 0; i < 4; i++) {
        buf_addf(pen->out, " %s=\"", names[i]);
        buf_add_number(pen->out, numbers[i], 1);
        buf_adds(pen->out, "\"");
    }
    buf_adds(pen->out, "/>");
}

static void begin_label(struct pen *pen, const char *class, double x, double y)
{
    buf_addf(pen->out, "<text class=\"%s\" x=\"", class);
    buf_add_number(pen->out, x, 1);
    buf_adds(pen->out, "\" y=\"");
    buf_add_number(pen->out, y, 1);
    buf_adds(pen->out, "\">");
}

static void end_label(struct pen *pen)
{
    buf_adds(pen->out, "</text>");
}

void chart_freshness(struct pen *pen, const struct report_quality *quality)
{
    uint64_t most = 1;
    for (int i = 0; i < FRESHNESS; i++)
        most = quality->freshness[i] > most ? quality->freshness[i] : most;
    begin_svg(pen, "fresh", BARS_TOP + BARS_HIGH + 28, W_FRESHNESS);
    for (int i = 0; i < FRESHNESS; i++) {
        buf_adds(pen->out, i ? "; " : "");
        pen_say(pen, word_of_freshness((enum freshness)i), NULL);
        buf_adds(pen->out, ": ");
        pen_number(pen, quality->freshness[i]);
    }
    buf_adds(pen->out, "</desc>");
    double step = (double)WIDE / FRESHNESS;
    for (int i = 0; i < FRESHNESS; i++) {
        double high = BARS_HIGH * (double)quality->freshness[i] / (double)most, middle = step * (i + 0.5);
        rectangle(pen, i == FRESH_UNKNOWN ? "unknown" : i == FRESH_OLDER ? "old" : "bar", step * i + 12,
                  BARS_TOP + BARS_HIGH - high, step - 24, high);
        begin_label(pen, "number", middle, BARS_TOP + BARS_HIGH - high - 6);
        pen_number(pen, quality->freshness[i]);
        end_label(pen);
        begin_label(pen, "label", middle, BARS_TOP + BARS_HIGH + 20);
        pen_say(pen, word_of_freshness((enum freshness)i), NULL);
        end_label(pen);
    }
    rectangle(pen, "axis", 0, BARS_TOP + BARS_HIGH, WIDE, 1);
    buf_adds(pen->out, "</svg>");
}

void chart_completeness(struct pen *pen, const struct report_quality *now, const struct report_quality *before)
{
    begin_svg(pen, "complete", ROW_HIGH * QUALITIES + 4, W_COMPLETENESS);
    pen_say(pen, W_COMPLETENESS_DESC, NULL);
    buf_adds(pen->out, "</desc>");
    for (int i = 0; i < QUALITIES; i++) {
        double share = percent_of(now->has[i], now->records), was = percent_of(before->has[i], before->records);
        double y = ROW_HIGH * i;
        begin_label(pen, "name", 0, y + 18);
        pen_say(pen, word_of_quality((enum quality)i), NULL);
        end_label(pen);
        rectangle(pen, "rail", ROW_LEFT, y + 6, ROW_WIDE, 15);
        if (isfinite(share))
            rectangle(pen, "bar", ROW_LEFT, y + 6, ROW_WIDE * share / 100, 15);
        if (isfinite(was))
            rectangle(pen, "was", ROW_LEFT + ROW_WIDE * was / 100 - 1.5, y + 2, 3, 23);
        begin_label(pen, "share", WIDE, y + 18);
        pen_percent(pen, share);
        end_label(pen);
    }
    buf_adds(pen->out, "</svg>");
}

/* Bars from zero would hide what changes, so the least stands at a third of the height; the table has the numbers. */
void chart_trend(struct pen *pen, const struct report_run *runs, size_t count)
{
    uint64_t least = UINT64_MAX, most = 0;
    for (size_t i = 0; i < count; i++) {
        least = runs[i].records < least ? runs[i].records : least;
        most = runs[i].records > most ? runs[i].records : most;
    }
    begin_svg(pen, "runs", TREND_TOP + TREND_HIGH + 26, W_TREND_RECORDS);
    pen_say(pen, W_TREND_DESC, show_number(pen, count).text, show_number(pen, count ? least : 0).text,
            show_number(pen, most).text, NULL);
    buf_adds(pen->out, "</desc>");
    double step = (double)(WIDE - 2 * TREND_LEFT) / REPORT_TREND;
    for (size_t i = 0; i < count; i++) {
        const struct report_run *run = &runs[i];
        double part = most > least ? (double)(run->records - least) / (double)(most - least) : 1;
        double high = run->records ? TREND_HIGH * (1 + 2 * part) / 3 : 0;
        double x = WIDE - TREND_LEFT - step * (double)(count - i);
        bool bad = run->verdict != REPORT_PUBLISHED && run->verdict != REPORT_UNCHANGED;
        rectangle(pen, bad ? "bad" : "bar", x + 2, TREND_TOP + TREND_HIGH - high, step - 4, high);
        if (bad) {
            begin_label(pen, "mark", x + step / 2, TREND_TOP + TREND_HIGH - high - 5);
            buf_adds(pen->out, "!");
            end_label(pen);
        }
        if (i == 0 || i + 1 == count || (count - i) % 10 == 1) {
            begin_label(pen, "label", x + step / 2, TREND_TOP + TREND_HIGH + 20);
            pen_number(pen, run->run);
            end_label(pen);
        }
    }
    rectangle(pen, "axis", 0, TREND_TOP + TREND_HIGH, WIDE, 1);
    buf_adds(pen->out, "</svg>");
}
