/** What a shop's regression is pulled to while its own orders are few: learned on made-up shops. */
import type { Prior } from './ridge.ts';

const spread = (values: number[]) => values.map((value) => 1 / value ** 2);

export const ACTIVE: Prior = {
  mean: [-0.217, 1.229, -0.157, -2.398, -0.213, 0.206, -0.128, -3.095, 3.613, 0.617, -0.223],
  precision: spread([0.744, 0.701, 1.385, 0.938, 1.0, 0.794, 0.423, 2.964, 3.062, 0.85, 0.562]),
};

export const ORDERS: Prior = {
  mean: [-0.264, 0.991, 0.677, -3.461, 0.037, -0.237, 0.017, -0.292, 0.652, 0.04, -0.24],
  precision: spread([0.641, 0.605, 1.318, 1.384, 0.708, 0.757, 0.317, 0.693, 1.242, 0.609, 0.401]),
};
