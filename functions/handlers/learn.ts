/** Each night: what the shop's orders say of its customers and products. A lost night is made good by the next. */
import { type LearnDeps, learn } from '../app/learn.ts';
import { scheduled } from '../runtime/middleware.ts';

export const createHandler = (deps: LearnDeps) => scheduled(() => learn(deps));
