/** The grid of weeks and periods on which customers are counted. Weeks start on Monday, UTC. */
import type { Day } from '../../../contract/predictions.ts';

/** Whole weeks since Monday, 1969-12-29: the week of 1970-01-01 is 0. */
export type Week = number;
/** Four whole weeks: a month that is always as long, and holds each day of the week as often. */
export type Period = number;

export const WEEK_DAYS = 7;
export const PERIOD_WEEKS = 4;
/** Twelve weeks: a horizon that shops plan by, in whole periods. */
export const QUARTER_PERIODS = 3;
export const PERIOD_DAYS = PERIOD_WEEKS * WEEK_DAYS;
/** 1970-01-01 was a Thursday. */
const EPOCH_MONDAY: Day = -3;

export const weekOf = (day: Day): Week => Math.floor((day - EPOCH_MONDAY) / WEEK_DAYS);
export const periodOfWeek = (week: Week): Period => Math.floor(week / PERIOD_WEEKS);
export const periodOf = (day: Day): Period => periodOfWeek(weekOf(day));
/** The first period of the quarter that a period is in. */
export const quarterOf = (period: Period): Period => period - (period % QUARTER_PERIODS);
/** The Monday of a week. */
export const weekStart = (week: Week): Day => EPOCH_MONDAY + week * WEEK_DAYS;
/** The first Monday of a period. */
export const periodStart = (period: Period): Day => weekStart(period * PERIOD_WEEKS);
